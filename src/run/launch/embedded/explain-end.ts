import { quoteArgv } from '../../../errors/quote-argv.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { dropArchiveTalk, explainJobFailure, type JobEnd } from '../../failure/explain-failure.js';

export const localDriver = 'the local driver';

interface LocalEnd extends Omit<JobEnd, 'driver' | 'reason'> {
  readonly hidesCode: boolean;
  readonly spark: string;
}

/** Why a driver on this machine failed, if no signal ended its JVM. */
export function explainLocalEnd({ hidesCode, spark, ...end }: LocalEnd): SparkDevError {
  const { log, errors, logFile, exitCode } = end;
  if (log.some((line) => line.includes('ClassNotFoundException: org.apache.spark.deploy.SparkSubmit')))
    return new SparkDevError('CHECKSUM_MISMATCH', 'Spark in the cache is damaged', {
      why: `Java cannot read its jars in ${spark}.`,
      fix: [`${quoteArgv(['rm', '-r', spark])}   # the next run downloads Spark again`],
      log: logFile,
    });
  if (
    hidesCode &&
    !dropArchiveTalk([...log, ...errors]).some((line) => /^(Exception in thread|Traceback \(most)/.test(line))
  )
    return new SparkDevError('JOB_FAILED', "The application's exit code was lost, so the job counts as failed", {
      why: "The JVM could not write Spark's class archive at its end, and exited with 1 because of that.",
      fix: ['Run it again: the next run does not use the archive', `Read the driver's log: ${logFile}`],
      log: logFile,
      facts: { driver: localDriver, driverExitCode: exitCode },
    });
  return explainJobFailure({ ...end, driver: localDriver, reason: '' });
}
