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
  const commands = trouble.flatMap(({ auto }) => (auto === undefined ? [] : [showCall(auto)]));
  return [...new Set(commands)].map((command) => {
    const fixable = trouble.filter(({ auto }) => auto !== undefined && showCall(auto) === command);
    return {
      words: fixable[0]?.auto ?? [],
      command,
      checks: fixable.map(({ id }) => id),
      titles: fixable.map(({ title }) => title),
    };
  });
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

function showCall(words: readonly string[]): string {
  return quoteArgv(['spark-dev', ...words]);
}
