interface Explanation {
  readonly why?: string;
  /** Exact commands or actions, most likely first. */
  readonly fix?: readonly string[];
  /** Path of the complete log. */
  readonly log?: string;
  readonly cause?: unknown;
  /** Machine-readable facts for the JSON envelope. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The one error that users see: what happened, why, and how to fix it. Plain text only; the renderer does the layout. */
export class SparkDevError extends Error {
  override readonly name = 'SparkDevError';
  readonly why: string | undefined;
  readonly fix: readonly string[];
  readonly log: string | undefined;
  readonly facts: Readonly<Record<string, unknown>> | undefined;

  constructor(
    readonly code: ErrorCode,
    readonly what: string,
    explanation: Explanation = {},
  ) {
    super(what, explanation.cause === undefined ? undefined : { cause: explanation.cause });
    this.why = explanation.why;
    this.fix = explanation.fix ?? [];
    this.log = explanation.log;
    this.facts = explanation.facts;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/** `ENOENT` and the like; empty for an error without one. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Stable exit codes, and the error codes behind each; scripts may rely on both. */
export const exitCodeMeanings = [
  { exitCode: 0, meaning: 'success', codes: [] },
  {
    exitCode: 1,
    meaning: 'a tool failed',
    codes: ['TOOL_FAILED', 'DISK_WRITE_FAILED', 'JOURNAL_BROKEN', 'RESTORE_DIFFERS'],
  },
  {
    exitCode: 2,
    meaning: 'the command line or spark-dev.yaml is wrong',
    codes: ['USAGE', 'CONFIG_INVALID', 'APP_UNKNOWN', 'CONTEXT_UNKNOWN', 'NAMESPACE_UNKNOWN'],
  },
  { exitCode: 3, meaning: 'cancelled by the user', codes: ['CANCELLED'] },
  {
    exitCode: 4,
    meaning: 'a prerequisite is missing on this machine',
    codes: [
      'PREREQUISITE_MISSING',
      'RIGHTS_MISSING',
      'FOLDER_OF_ROOT',
      'ENGINE_MISSING',
      'ENGINE_SILENT',
      'CAPABILITY_MISSING',
      'JAVA_MISSING',
      'GO_MISSING',
      'PYTHON_MISSING',
      'TOOL_MISSING',
      'DOWNLOAD_FAILED',
      'CHECKSUM_MISMATCH',
      'CHECKSUM_MISSING',
      'SOURCE_UNREACHABLE',
      'DOCTOR_FAILED',
      'SERVICE_DOWN',
    ],
  },
  {
    exitCode: 5,
    meaning: 'there is no cluster, or it does not answer',
    codes: ['CLUSTER_ABSENT', 'CLUSTER_UNREACHABLE'],
  },
  { exitCode: 6, meaning: 'not enough CPUs, memory or disk', codes: ['RESOURCES_SHORT', 'DISK_FULL'] },
  { exitCode: 7, meaning: 'an image or a build failed', codes: ['BUILD_FAILED', 'IMAGE_MISSING', 'BASE_UNFIT'] },
  { exitCode: 8, meaning: 'timeout', codes: ['TIMED_OUT', 'NAMESPACE_STUCK', 'LOCKED'] },
  {
    exitCode: 9,
    meaning: 'refused, to protect something that spark-dev does not own',
    codes: [
      'CONTEXT_REFUSED',
      'PROVIDER_CANNOT',
      'NAMESPACE_FOREIGN',
      'NON_INTERACTIVE',
      'IN_USE',
      'PORT_TAKEN',
      'IMAGE_TAG_TAKEN',
      'BUNDLE_REFUSED',
      'KUBECONFIG_BROKEN',
    ],
  },
  { exitCode: 10, meaning: 'the Spark application itself failed', codes: ['JOB_FAILED'] },
  { exitCode: 70, meaning: 'a bug in spark-dev', codes: ['INTERNAL'] },
  { exitCode: 129, meaning: 'the terminal was closed', codes: [] },
  { exitCode: 130, meaning: 'Ctrl-C', codes: ['INTERRUPTED'] },
  { exitCode: 143, meaning: 'stopped by SIGTERM', codes: [] },
] as const satisfies readonly { exitCode: number; meaning: string; codes: readonly string[] }[];

export type ErrorCode = (typeof exitCodeMeanings)[number]['codes'][number];

export const exitCodes = Object.fromEntries(
  exitCodeMeanings.flatMap(({ exitCode, codes }) => codes.map((code) => [code, exitCode])),
) as Readonly<Record<ErrorCode, number>>;
