export interface StepHandle {
  /** What it is doing now; count and total feed the progress figure. */
  progress(note: string, count?: number, total?: number): void;
  /** Closes the step with success. */
  done(note?: string): void;
  fail(note?: string): void;
}

/** Talk to the person. Everything here goes to stderr; the one answer of a command goes to stdout and is not ours to print. */
export interface Ui {
  readonly interactive: boolean;
  step(title: string): StepHandle;
  say(line: string): void;
  warn(line: string): void;
  /** Level 1 is shown with -v, level 2 with -vv. */
  detail(line: string, level?: 1 | 2): void;
  /** A line of the application's own output. */
  log(line: string): void;
  /** Yes with --yes; throws NON_INTERACTIVE naming the flag where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
  /** Stops drawing, so that what is printed next stays on the screen. */
  close(): void;
}
