import { type ErrorCode, SparkDevError } from './spark-dev-error.js';
import { quoteArgv } from './quote-argv.js';

interface KnownIssue {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly why: string;
  readonly fix: readonly string[];
}

const rateLimit = /toomanyrequests: |429 Too Many Requests/;

/** A registry's own error code, as a Docker daemon passes it on. */
export function isRateLimit(message: string): boolean {
  return rateLimit.test(message);
}

/** Output of tools → why and fix. Each entry has a recorded output under test/fixtures/known-issues/. */
export const knownIssues: readonly KnownIssue[] = [
  {
    pattern: /Cannot connect to the Docker daemon/,
    code: 'ENGINE_SILENT',
    why: 'The Docker daemon does not answer.',
    fix: ['spark-dev init --yes', 'spark-dev doctor'],
  },
  {
    pattern: /Error from server \(TooManyRequests\)/,
    code: 'CLUSTER_UNREACHABLE',
    why: 'The API server is overloaded: it refused all ten requests of kubectl (429, too many requests).',
    fix: ['Run it again in a minute', 'spark-dev status'],
  },
  {
    pattern: rateLimit,
    code: 'IMAGE_MISSING',
    why: "The registry's pull limit is reached (429, too many requests).",
    fix: [
      'docker login',
      "Set a mirror in the Docker daemon's settings: registry-mirrors",
      'Run it again later: Docker Hub counts the pulls of the last six hours',
    ],
  },
];

function explainKnownIssue(...outputs: readonly string[]): KnownIssue | undefined {
  return knownIssues.find((issue) => outputs.some((output) => issue.pattern.test(output)));
}

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
