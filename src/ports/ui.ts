export interface StepHandle {
  /** The current activity; count and total feed the progress figure. */
  progress(note: string, count?: number, total?: number): void;
  done(note?: string): void;
  fail(note?: string): void;
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

interface Question<T extends string> {
  readonly message: string;
  /** The flag that answers the question, e.g. `--cpus`. */
  readonly flag: string;
  /** The answer of Enter and --yes. */
  readonly preferred: T;
}

export interface SelectQuestion<T extends string> extends Question<T> {
  readonly choices: readonly Choice<T>[];
}

export interface InputQuestion extends Question<string> {
  /** What is wrong with the text; undefined if nothing is. */
  readonly check?: (text: string) => string | undefined;
}

/** Output for the user. Everything here goes to stderr; a command's one answer goes to stdout and is printed elsewhere. */
export interface Ui {
  /** Whether somebody can answer: a terminal, not in CI, without --no-input. */
  readonly interactive: boolean;
  step(title: string): StepHandle;
  /** Without secrets, unless a secret was requested. */
  say(line: string, how?: { readonly showsSecret: true }): void;
  warn(line: string): void;
  /** Level 1 is shown with -v, level 2 with -vv. */
  detail(line: string, level?: 1 | 2): void;
  log(line: string): void;
  /** Whether the user wants Spark's whole log (-v, --log), and not only what matters in it. */
  readonly showsLog: boolean;
  /** Writes the application's stdout to ours, byte for byte, even when quiet. Absent if stdout must be JSON. */
  readonly output?: ((chunk: Uint8Array) => void) | undefined;
  /** Whether stdout is a terminal that shows colours. */
  readonly paintsOutput?: boolean | undefined;
  /** Pending while our reader is slower than we write; undefined if there is nothing to wait for. */
  drained(): Promise<void> | undefined;
  /** A child command that is about to run; shown even when quiet, because --explain requested it. */
  command(line: string): void;
  /** Yes with --yes; throws NON_INTERACTIVE with the flag's name if nobody can answer. */
  confirm(question: string): Promise<boolean>;
  /** One of a few; the preferred one with --yes; throws like `confirm`. */
  select<T extends string>(question: SelectQuestion<T>): Promise<T>;
  /** A line of text; the preferred one with --yes; throws like `confirm`. */
  input(question: InputQuestion): Promise<string>;
  /** Each key that is pressed, until the signal; Ctrl-C stays a signal. Absent if nobody can press one. */
  readonly keys?: ((onKey: (key: string) => void, signal: AbortSignal) => void) | undefined;
  /** Stops drawing, so that the next output stays on the screen. */
  close(): void;
}
