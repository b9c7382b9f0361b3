import { SparkDevError } from '../../errors/spark-dev-error.js';
import { archiveTalk } from '../../spark/log-patterns.js';
import type { ProgramNote } from '../../spark/outcome.js';
import { explainKnown, type Explained } from './known-ends.js';

export interface JobEnd {
  /** Where the application ran: a pod's name or `the local driver`. */
  readonly driver: string;
  readonly exitCode: number;
  /** The container's reason (`OOMKilled`, `Error`), empty when there is none. */
  readonly reason: string;
  /** As Kubernetes writes it: `896Mi`; undefined if there is none or it is unknown. */
  readonly memoryLimit?: string | undefined;
  /** Undefined if the program's output is among the lines of the log. */
  readonly output: string | undefined;
  /** How the program ended, if something saw it. */
  readonly note: ProgramNote | undefined;
  /** The end of the program's stderr; a program in the JVM writes it among the lines of the log. */
  readonly errors: readonly string[];
  /** The end of Spark's log. */
  readonly log: readonly string[];
  readonly logFile: string;
}

/** JOB_FAILED (exit 10) with what ended the program: a signal, its exception, or what it said itself; never a line of its stdout. */
export function explainJobFailure(end: JobEnd): SparkDevError {
  const { driver, note, logFile, reason, memoryLimit } = end;
  const exitCode = note?.exitCode ?? end.exitCode;
  const fix = [`Read the driver's log: ${logFile}`];
  const facts = { driver, driverExitCode: exitCode, reason };
  const limit = memoryLimit === undefined ? '' : ` of ${memoryLimit}`;
  if (reason === 'OOMKilled')
    return new SparkDevError('JOB_FAILED', `The job failed: ${driver} ended with exit code ${String(end.exitCode)}`, {
      why: `The kernel killed it because it used more memory than its limit${limit} (OOMKilled).`,
      fix: ['Give the driver more memory: --driver-memory 2g, or driver.overhead for memory outside the JVM'],
      log: logFile,
      facts: { ...facts, driverExitCode: end.exitCode },
    });
  if (note?.signal !== undefined) {
    const who = note.ended === 'python' ? 'the Python program' : driver;
    const { what, why, fix: more } = explainKilledDriver(who, note.signal, logFile);
    return new SparkDevError('JOB_FAILED', what, {
      ...(why === undefined ? {} : { why }),
      fix: more,
      log: logFile,
      facts: { driver, driverExitCode: end.exitCode, signal: note.signal },
    });
  }
  const words = findReason(end, exitCode);
  const known = explainKnown([...end.log, ...end.errors], words);
  return new SparkDevError('JOB_FAILED', `The job failed: ${driver} ended with exit code ${String(exitCode)}`, {
    why: known?.why ?? words ?? 'It ended by itself, without an exception.',
    fix: [...(known?.fix ?? []), ...fix],
    log: logFile,
    facts,
  });
}

/** Codes with which a program ends that has said on stderr what is wrong, as `sys.exit("no input")` and argparse do. */
const saidWhy = [1, 2];

function findReason({ note, errors, log, output }: JobEnd, exitCode: number): string | undefined {
  const isPython = note?.ended === 'python';
  const said = isPython ? errors : output === undefined ? [] : log.filter((line) => !isOfLog.test(line));
  const last = saidWhy.includes(exitCode) ? dropArchiveTalk(said).findLast((line) => line.trim() !== '') : undefined;
  return (isPython ? findPythonError(errors) : findException(log)) ?? last;
}

const isOfLog = /^(\S+ \S+ (TRACE|DEBUG|INFO|WARN|ERROR|FATAL) |\s|WARNING: |Using Spark's )/;
const isException = /^(Exception in thread|Caused by:|Error\b|(: )?[\w.$]+(Exception|Error)\b)/;

/** The last exception of a log; of main, where it says so: others may have been caught. */
function findException(log: readonly string[]): string | undefined {
  const lines = dropArchiveTalk(log);
  const main = lines.findLastIndex((line) => line.startsWith('Exception in thread "main"'));
  return lines.slice(Math.max(main, 0)).findLast((line) => isException.test(line));
}

/** Of a traceback at the end of stderr. One of the JVM's, or of a Python worker, stands in the lines after the program's own. */
function findPythonError(errors: readonly string[]): string | undefined {
  const from = errors.findLastIndex((line) => line === 'Traceback (most recent call last):');
  const block = from < 0 ? [] : errors.slice(from + 1).filter((line) => /^\S/.test(line));
  const [own] = block;
  const inner = block.findLast(
    (line) => isException.test(line) && !line.endsWith('Traceback (most recent call last):'),
  );
  return (inner ?? own)?.replace(/^: /, '');
}

/** JOB_FAILED for a JVM that was killed by a signal and could not print anything. */
export function explainKilledDriver(driver: string, signal: string, logFile: string): SparkDevError {
  return new SparkDevError('JOB_FAILED', `The job failed: ${driver} was killed by ${signal}`, {
    why:
      signal === 'SIGKILL'
        ? 'Usually the kernel sends SIGKILL when the machine runs out of memory.'
        : 'Another process sent the signal, or the JVM crashed.',
    fix: ['Free some memory, or make the job smaller', `Read the driver's log: ${logFile}`],
    log: logFile,
    facts: { driver, signal },
  });
}

/** The first line of the last exception, else the last printed line. */
export function findLastWords(log: readonly string[]): string | undefined {
  const lines = dropArchiveTalk(log).filter((line) => line.trim() !== '');
  const exceptions = lines.filter((line) => /^(Exception in thread|Caused by:|[\w.$]+(Exception|Error)\b)/.test(line));
  return exceptions.at(-1) ?? lines.at(-1);
}

/** The class archive is never the cause of a failed job, so these lines are left out when looking for the cause. */
export function dropArchiveTalk(lines: readonly string[]): readonly string[] {
  const isOfArchive = (line = ''): boolean => archiveTalk.some((pattern) => pattern.test(line));
  const begins = 'Error occurred during initialization of VM';
  return lines.filter((line, at) => !isOfArchive(line) && !(line === begins && isOfArchive(lines[at + 1])));
}

/** For an unknown error in the log's own words, and without a fix. */
export function explainLog(lines: readonly string[], otherwise = 'It printed nothing.'): Explained {
  const lastWords = findLastWords(lines);
  return explainKnown(lines, lastWords) ?? { why: lastWords ?? otherwise, fix: [] };
}
