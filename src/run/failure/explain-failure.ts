import { SparkDevError } from '../../errors/spark-dev-error.js';
import { explainLog } from './explain-log.js';

export interface JobEnd {
  /** Where the application ran: a pod's name or `the local driver`. */
  readonly driver: string;
  readonly exitCode: number;
  /** The container's reason (`OOMKilled`, `Error`), empty when there is none. */
  readonly reason: string;
  /** As Kubernetes writes it: `896Mi`; undefined if there is none or it is unknown. */
  readonly memoryLimit?: string | undefined;
  /** The end of the driver's log. */
  readonly logTail: readonly string[];
  readonly logFile: string;
}

/** JOB_FAILED (exit 10) with the application's own message: the first line of the last exception, or the last printed line. */
export function explainJobFailure(end: JobEnd): SparkDevError {
  const memory = end.reason === 'OOMKilled';
  const lastWords = findLastWords(end.logTail);
  const known = explainLog(end.logTail, lastWords);
  return new SparkDevError('JOB_FAILED', `The job failed: ${end.driver} ended with exit code ${String(end.exitCode)}`, {
    why: memory
      ? `The kernel killed it because it used more memory than its limit${end.memoryLimit === undefined ? '' : ` of ${end.memoryLimit}`} (OOMKilled).`
      : (known?.why ?? lastWords ?? 'It printed nothing.'),
    fix: memory
      ? ['Give the driver more memory: --driver-memory 2g, or driver.overhead for memory outside the JVM']
      : [...(known?.fix ?? []), `Read the driver's log: ${end.logFile}`],
    log: end.logFile,
    facts: { driver: end.driver, driverExitCode: end.exitCode, reason: end.reason },
  });
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

/** A JVM's messages about its class archive. Recorded from Java 17 and 25. */
const ofArchive = [
  /^\[[\d.,]+m?s\]\[\w+ *\]\[(cds|aot)\b/,
  /^An error has occurred while \w+ the shared archive file\./,
  /^Unable to (use|create|map|read|write to) (the )?shared archive\b/,
];

/** The class archive is never the cause of a failed job, so these lines are left out when looking for the cause. */
export function dropArchiveTalk(lines: readonly string[]): readonly string[] {
  const isOfArchive = (line = ''): boolean => ofArchive.some((pattern) => pattern.test(line));
  const begins = 'Error occurred during initialization of VM';
  return lines.filter((line, at) => !isOfArchive(line) && !(line === begins && isOfArchive(lines[at + 1])));
}
