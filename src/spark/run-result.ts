/** What `run --json` answers, whatever the target. */
export interface RunOutcome {
  readonly pi: number | undefined;
  /** The end of what the application printed on stdout, 64 Ki characters at the most; undefined where it cannot be told from its log. */
  readonly output: string | undefined;
  readonly target: 'local' | 'cluster';
  readonly appId: string | undefined;
  readonly runId: string;
  readonly ui: { readonly url: string | undefined };
  /** The driver pod, in client mode the pod that it is a process in; `local[*]` where it is embedded. */
  readonly driver: string | undefined;
  /** Executor pods; the driver itself in local mode. */
  readonly executors: readonly string[];
  /** Where logs and generated files of this run lie. */
  readonly folder: string;
  readonly durationsMs: Readonly<Record<string, number>>;
}

/** The line that SparkPi answers with, exactly as printed. */
export function findPiLine(log: string): { readonly line: string; readonly pi: number } | undefined {
  const match = /^Pi is roughly (\d+\.\d+)\s*$/m.exec(log);
  return match?.[1] === undefined ? undefined : { line: match[0].trimEnd(), pi: Number(match[1]) };
}
