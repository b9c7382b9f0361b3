import { quoteArgv } from './quote-argv.js';
import { SparkDevError } from './spark-dev-error.js';
import { explainKnownIssue } from './known-issues.js';

/** How a child process ended, as both the real and the fake runner report it. */
export interface ChildEnd {
  readonly argv: readonly string[];
  /** Undefined if a signal ended the child or it never started. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOutAfterMs?: number;
  readonly notFound?: boolean;
  readonly cancelled?: boolean;
  readonly signal?: string;
  readonly logFile?: string;
}

/** Classifies a failure, for the real runner and the fake alike, so that the fake is never more lenient. */
export function classifyChildEnd(end: ChildEnd, accept: readonly number[] = []): SparkDevError | undefined {
  const program = end.argv[0] ?? '';
  const log = end.logFile === undefined ? {} : { log: end.logFile };
  if (end.notFound === true) {
    return new SparkDevError('TOOL_MISSING', `${program} is not on the PATH`, {
      why: `It is needed to run: ${quoteArgv(end.argv)}`,
      fix: ['spark-dev doctor'],
      facts: { program },
    });
  }
  if (end.cancelled === true) return new SparkDevError('INTERRUPTED', `${program} was interrupted`, log);
  if (end.timedOutAfterMs !== undefined) {
    return new SparkDevError('TIMED_OUT', `${program} timed out after ${String(end.timedOutAfterMs / 1000)} s`, {
      why: lastLines(end.stderr) ?? `The command was: ${quoteArgv(end.argv)}`,
      fix: ['spark-dev doctor'],
      ...log,
    });
  }
  if (end.exitCode === 0 || (end.exitCode !== undefined && accept.includes(end.exitCode))) return undefined;
  const known = explainKnownIssue(end.stderr, end.stdout);
  const ended =
    end.exitCode === undefined ? `was killed by ${end.signal ?? 'a signal'}` : `failed (exit ${String(end.exitCode)})`;
  return new SparkDevError(known?.code ?? 'TOOL_FAILED', `${program} ${ended}`, {
    why: known?.why ?? lastLines(end.stderr) ?? lastLines(end.stdout) ?? 'It printed nothing.',
    fix: known?.fix ?? [`Run it by hand: ${quoteArgv(end.argv)}`],
    facts: { exitCode: end.exitCode ?? null, ...(end.signal === undefined ? {} : { signal: end.signal }) },
    ...log,
  });
}

function lastLines(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? undefined : lines.slice(-3).join('\n');
}
