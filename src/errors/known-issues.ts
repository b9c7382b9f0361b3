import type { ErrorCode } from './codes.js';

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

export function explainKnownIssue(...outputs: readonly string[]): KnownIssue | undefined {
  return knownIssues.find((issue) => outputs.some((output) => issue.pattern.test(output)));
}
