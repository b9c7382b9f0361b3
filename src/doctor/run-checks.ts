import { suggestNearest } from '../config/suggest.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Check, CheckContext, Finding, Status } from './check.js';
import { quoteArgv } from '../errors/quote-argv.js';

/** `--only engine,java`; all checks without it. Throws USAGE for an unknown one. */
export function chooseChecks(checks: readonly Check[], only: string | undefined): readonly Check[] {
  if (only === undefined) return checks;
  const wanted = only.split(',').flatMap((id) => id.trim() || []);
  const known = checks.map((check) => check.id);
  const unknown = wanted.filter((id) => !known.includes(id));
  if (unknown.length === 0 && wanted.length > 0) return checks.filter((check) => wanted.includes(check.id));
  const nearest = suggestNearest(unknown[0] ?? '', known);
  const shown = unknown.map((id) => JSON.stringify(id.slice(0, 60))).join(', ');
  throw new SparkDevError('USAGE', `Unknown check: ${shown}`, {
    why: `Available: ${known.join(', ')}`,
    fix: [nearest === undefined ? 'spark-dev doctor --list' : `Did you mean: spark-dev doctor --only ${nearest}`],
  });
}

export interface CheckResult extends Omit<Finding, 'status' | 'fix'> {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** `crash`: the check itself is broken; nothing is known. */
  readonly status: Status | 'crash';
  readonly fix: readonly string[];
  readonly tookMs: number;
}

const limitMs = 5000;

/** All checks run in parallel, five seconds each; one failure does not affect the others. */
export async function runChecks(
  host: Host,
  checks: readonly Check[],
  context: CheckContext,
  timeoutMs = limitMs,
): Promise<readonly CheckResult[]> {
  const results = await Promise.all(checks.map((check) => runCheck(host, check, context, timeoutMs)));
  context.signal.throwIfAborted();
  return results;
}

async function runCheck(host: Host, check: Check, context: CheckContext, timeoutMs: number): Promise<CheckResult> {
  const startedAt = performance.now();
  const { id, group, title } = check;
  const late = new AbortController();
  const signal = AbortSignal.any([context.signal, late.signal]);
  const ended = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(undefined);
    });
  });
  const timer = setTimeout(() => {
    late.abort();
  }, timeoutMs);
  // async: it may throw at once
  const run = async (): Promise<Finding> => check.run(host, { ...context, signal });
  const finding = await Promise.race([run(), ended]).catch(explainFailure);
  clearTimeout(timer);
  const noAnswer = { status: 'fail', detail: `no answer within ${String(timeoutMs / 1000)} s` } as const;
  const fix = [`spark-dev doctor --only ${id} -vv`];
  const tookMs = Math.round(performance.now() - startedAt);
  return { id, group, title, fix: [], ...(finding ?? { ...noAnswer, fix }), tookMs };
}

function explainFailure(error: unknown): Pick<CheckResult, 'status' | 'detail'> & Pick<Finding, 'fix'> {
  if (!(error instanceof SparkDevError))
    return { status: 'crash', detail: error instanceof Error ? error.message : String(error) };
  const { what, why, fix } = error;
  return { status: 'fail', detail: why === undefined ? what : `${what}: ${why}`, fix };
}

/** A spark-dev command that repairs several findings at once. */
export interface Fix {
  readonly words: readonly string[];
  readonly command: string;
  /** Ids of the checks that it should repair. */
  readonly checks: readonly string[];
  readonly titles: readonly string[];
}

export interface FixOutcome extends Pick<Fix, 'command' | 'checks'> {
  readonly state: 'done' | 'failed' | 'declined';
}

/** Automatic repairs for failed checks, each command once. */
export function listFixes(results: readonly CheckResult[]): readonly Fix[] {
  const trouble = results.filter(({ status }) => status === 'warn' || status === 'fail');
  const fixes = new Map<string, Fix>();
  for (const { id, title, auto } of trouble) {
    if (auto === undefined) continue;
    const command = quoteArgv(['spark-dev', ...auto]);
    const { checks = [], titles = [] } = fixes.get(command) ?? {};
    fixes.set(command, { words: auto, command, checks: [...checks, id], titles: [...titles, title] });
  }
  return [...fixes.values()];
}

/** Asks before each; a failure does not stop the others. */
export async function applyFixes(
  host: Host,
  fixes: readonly Fix[],
  { call, signal }: { readonly call: (words: readonly string[]) => Promise<number>; readonly signal: AbortSignal },
): Promise<readonly FixOutcome[]> {
  const outcomes: FixOutcome[] = [];
  for (const { words, command, checks, titles } of fixes) {
    const agreed = await host.ui.confirm(`${command} should fix: ${titles.join(', ')}. Run it?`);
    if (agreed) host.ui.say(`$ ${command}`);
    const state = !agreed ? 'declined' : (await call(words)) === 0 ? 'done' : 'failed';
    signal.throwIfAborted();
    outcomes.push({ command, checks, state });
  }
  return outcomes;
}
