/** A program and its arguments; never a shell string. */
export type Argv = readonly string[];

/** To accept them all: whether it is a failure is judged by who knows the program. */
export const everyExitCode: readonly number[] = Array.from({ length: 255 }, (_, index) => index + 1);

export interface RunOptions {
  /** Exit codes beside 0 that are an answer, not a failure. */
  readonly accept?: readonly number[];
  /** Added to the host's environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Aborting sends one SIGINT to the child's process group; ten seconds later the group is killed. */
  readonly signal?: AbortSignal | undefined;
  readonly input?: string;
  /** In place of `input`: stdin stays open as long as we live, so that a child that reads it learns of our end, however it came. */
  readonly holdsStdin?: boolean;
  /** In place of `input`: the child reads this file. */
  readonly stdinFile?: string;
  /** What the child prints goes into this file, made anew and readable by its owner alone, and not into the result. */
  readonly stdoutFile?: string;
  readonly timeoutMs?: number;
  /** All output is appended here byte for byte, and errors name it. */
  readonly logFile?: string;
  /** The log cannot be written, or only in part; told once, and the program continues. */
  readonly onLogLost?: (why: string) => void;
  /** Lines beyond 256 Ki characters are cut. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** What it writes on its stdout, byte for byte. */
  readonly onOutput?: ((chunk: Uint8Array) => void) | undefined;
  /** Asked after each piece of output: the program waits while the answer is pending, so that a slow reader fills no memory. */
  readonly drained?: () => Promise<void> | undefined;
}

export interface RunResult {
  readonly exitCode: number;
  /** The last MiB at the most, without a trailing newline. */
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

export interface Runner {
  /** Throws SparkDevError unless the exit code is 0 or accepted. */
  run(argv: Argv, options?: RunOptions): Promise<RunResult>;
  /** Hands the terminal over; the exit code is the answer. Aborting ends the child with SIGTERM, on which it sets the terminal back. */
  attach(argv: Argv, options?: Pick<RunOptions, 'env' | 'cwd' | 'signal'>): Promise<number>;
  /** Starts a program that outlives us, its output in logFile; answers its pid. */
  detach(argv: Argv, options: { readonly logFile: string } & Pick<RunOptions, 'env'>): Promise<number>;
  /** Ends a process that is no child of ours: asked, and ten seconds later killed. False when it is there even then. */
  end(pid: number): Promise<boolean>;
  /** Where PATH (or the given one) finds the program; undefined when it does not. */
  which(program: string, path?: string): Promise<string | undefined>;
}
