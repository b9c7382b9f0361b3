export interface StepHandle {
  /** What it is doing now; count and total feed the progress figure. */
  progress(note: string, count?: number, total?: number): void;
  /** Closes the step with success. */
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
  /** Gives the answer without asking, e.g. `--cpus`. */
  readonly flag: string;
  /** What Enter and --yes answer. */
  readonly preferred: T;
}

export interface SelectQuestion<T extends string> extends Question<T> {
  readonly choices: readonly Choice<T>[];
}

export interface InputQuestion extends Question<string> {
  /** What is wrong with the text; undefined when nothing is. */
  readonly check?: (text: string) => string | undefined;
}

/** Talk to the person. Everything here goes to stderr; the one answer of a command goes to stdout and is not ours to print. */
export interface Ui {
  /** Whether there is somebody to ask: a terminal, not in CI, without --no-input. */
  readonly interactive: boolean;
  step(title: string): StepHandle;
  /** Without secrets, unless one is what was asked for. */
  say(line: string, how?: { readonly showsSecret: true }): void;
  warn(line: string): void;
  /** Level 1 is shown with -v, level 2 with -vv. */
  detail(line: string, level?: 1 | 2): void;
  /** A line of the application's log. */
  log(line: string): void;
  /** A line that the application printed on its stdout: it goes to ours, however quiet we are, unless JSON is wanted there. */
  output(line: string): void;
  /** A child command that is about to run; said however quiet we are, because it was asked for with --explain. */
  command(line: string): void;
  /** Yes with --yes; throws NON_INTERACTIVE naming the flag where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
  /** One of a few; the preferred one with --yes; throws as `confirm` does. */
  select<T extends string>(question: SelectQuestion<T>): Promise<T>;
  /** A line of text; the preferred one with --yes; throws as `confirm` does. */
  input(question: InputQuestion): Promise<string>;
  /** Stops drawing, so that what is printed next stays on the screen. */
  close(): void;
}
