import { quoteArgv } from '../errors/quote-argv.js';
import type { Host } from '../ports/host.js';
import type { CheckResult } from './run-checks.js';

/** A call of ours that mends several findings at once. */
export interface Fix {
  readonly words: readonly string[];
  /** As a person would type it. */
  readonly command: string;
  /** Ids of the checks that it should mend. */
  readonly checks: readonly string[];
  readonly titles: readonly string[];
}

export interface FixOutcome extends Pick<Fix, 'command' | 'checks'> {
  readonly state: 'done' | 'failed' | 'declined';
}

/** What is not as it should be and can be mended without a person, each call once. */
export function listFixes(results: readonly CheckResult[]): readonly Fix[] {
  const trouble = results.filter(({ status }) => status === 'warn' || status === 'fail');
  const commands = trouble.flatMap(({ auto }) => (auto === undefined ? [] : [showCall(auto)]));
  return [...new Set(commands)].map((command) => {
    const mended = trouble.filter(({ auto }) => auto !== undefined && showCall(auto) === command);
    return {
      words: mended[0]?.auto ?? [],
      command,
      checks: mended.map(({ id }) => id),
      titles: mended.map(({ title }) => title),
    };
  });
}

/** Asks before each; one that fails does not keep the others from being tried. */
export async function applyFixes(
  host: Host,
  fixes: readonly Fix[],
  { call, signal }: { readonly call: (words: readonly string[]) => Promise<number>; readonly signal: AbortSignal },
): Promise<readonly FixOutcome[]> {
  const outcomes: FixOutcome[] = [];
  for (const { words, command, checks, titles } of fixes) {
    const agreed = await host.ui.confirm(`${command} should mend: ${titles.join(', ')}. Run it?`);
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
