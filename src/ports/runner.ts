import type { Readable } from 'node:stream';

/** A program and its arguments; never a shell string. */
export type Argv = readonly string[];

/** Accepts all exit codes: the caller knows the program and judges them. */
export const everyExitCode: readonly number[] = Array.from({ length: 255 }, (_, index) => index + 1);

export interface RunOptions {
  /** Exit codes other than 0 that are an answer, not a failure. */
  readonly accept?: readonly number[];
  /** Added to the host's environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly cwd?: string;
  /** Aborting sends one SIGINT to the child's process group; ten seconds later the group is killed. */
  readonly signal?: AbortSignal | undefined;
  readonly input?: string;
  /** Instead of `input`: passed on as it comes; stdin ends with it, or with us. */
  readonly inputStream?: Readable;
  /** Instead of `input`: stdin stays open while we live, so that a child that reads it notices our end, however it came. */
  readonly holdsStdin?: boolean;
  /** Instead of `input`: the child reads what we were given. */
  readonly inheritsStdin?: boolean;
  /** Descriptor 3 of the child is open while we live, and what it leaves behind in its process group is killed. */
  readonly lifeline?: boolean;
  /** Instead of `input`: the child reads this file. */
  readonly stdinFile?: string;
  /** The child's output goes into this new file, readable by its owner alone, and not into the result. */
  readonly stdoutFile?: string;
  readonly timeoutMs?: number;
  /** All output is appended here byte for byte, and errors name it. */
  readonly logFile?: string;
  /** The log cannot be written, or only in part; reported once, and the program continues. */
  readonly onLogLost?: (why: string) => void;
  /** Lines beyond 256 Ki characters are cut. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** What it writes to stdout, byte for byte. */
  readonly onOutput?: ((chunk: Uint8Array) => void) | undefined;
  /** Awaited after each chunk of output: the program waits meanwhile, so that a slow reader fills no memory. */
  readonly drained?: () => Promise<unknown> | undefined;
}

export interface RunResult {
  readonly exitCode: number;
  /** At most the last MiB, without a trailing newline. */
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

export interface Runner {
  /** Throws SparkDevError unless the exit code is 0 or accepted. */
  run(argv: Argv, options?: RunOptions): Promise<RunResult>;
  /** Gives the child the terminal and returns its exit code. Aborting ends the child with SIGTERM, so that it restores the terminal. */
  attach(argv: Argv, options?: Pick<RunOptions, 'env' | 'cwd' | 'signal'>): Promise<number>;
  /** Starts a program that outlives us, or with `lifeline` ends with us, with its output in logFile; returns its pid. */
  detach(argv: Argv, options: { readonly logFile: string } & Pick<RunOptions, 'env' | 'lifeline'>): Promise<number>;
  isAlive(pid: number): boolean;
  /** Ends a process that is not our child: SIGTERM, and SIGKILL after ten seconds. False if it still exists then. */
  end(pid: number): Promise<boolean>;
  /** Path of the program on PATH (or the given one); undefined if there is none. */
  which(program: string, path?: string): Promise<string | undefined>;
}
