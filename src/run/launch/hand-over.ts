import type { BuiltMain, SparkJob } from '../../job/job.js';
import type { Argv } from '../../ports/runner.js';

/** Hands a program to a driver that waits in `folder`. */
export interface HandOver {
  readonly python: string;
  /** Of images/spark/driver, where the driver is. */
  readonly driver: string;
  readonly folder: string;
  /** The program's file, as the driver finds it. */
  readonly program: string;
}

/** What a driver that waits can be given: a Python program, or a jar whose main class is known. */
export function isServed(main: BuiltMain): boolean {
  return main.kind === 'python' || (main.kind === 'jar' && main.mainClass !== undefined);
}

/** Before Spark 4 a session has another class, and nothing was tried. */
export function isServedVersion(version: string): boolean {
  return Number.parseInt(version, 10) >= 4;
}

/** The call of images/spark/driver/standby.py for a program that `isServed`. */
export function attachArgv(main: BuiltMain, { arguments: words }: SparkJob, where: HandOver): Argv {
  const { python, driver, folder, program } = where;
  const start = [python, '-IS', `${driver}/driver.py`, '--attach', folder];
  if (!('mainClass' in main)) return [...start, 'python', program, ...words];
  return [...start, 'java', `${driver}/start/jvm_main.py`, main.mainClass ?? '', program, '--', ...words];
}
