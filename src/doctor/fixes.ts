import { quoteArgv } from '../errors/quote-argv.js';
import type { Host } from '../ports/host.js';
import type { CheckResult } from './run-checks.js';

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
