import { basename } from 'node:path';
import type { SparkJob } from '../../job/job.js';
import { findOwnMaster } from '../../job/own-master.js';
import type { Host } from '../../ports/host.js';
import type { RunOutcome } from '../../runs/record.js';

/**
 * A program that ends well without Spark, or without the executors that it was given, has usually not done what it is for.
 * Warns, and returns the outcome.
 */
export function warnIfNoSpark(
  { host, job }: { readonly host: Pick<Host, 'ui'>; readonly job: SparkJob },
  outcome: RunOutcome,
): RunOutcome {
  // the event log has the application's name in local mode; on the cluster the submission chooses it
  const hasStarted = outcome.target === 'local' ? outcome.appId !== undefined : outcome.executors.length > 0;
  if (hasStarted) return outcome;
  const { main, sources } = job;
  if (outcome.startedSpark) {
    const isExpected = job.dynamicAllocation !== undefined || job.executors === 0;
    if (outcome.target === 'cluster' && !isExpected && findOwnMaster(sources) === undefined)
      host.ui.warn(
        `${job.name.written} used none of its executors: a master that the program sets itself wins over the cluster. Leave out .master(…) there`,
      );
    return outcome;
  }
  const source = main.kind === 'python' ? sources.texts[0] : undefined;
  const { path = job.name.written, text = '' } = source ?? {};
  if (!usesConnect.test(text)) host.ui.warn(`${basename(path)} started no Spark application${findReason(text)}`);
  return outcome;
}

const usesConnect = /\.remote\(|SPARK_REMOTE/;

function findReason(text: string): string {
  if (/^(async )?def main\(/m.test(text) && !/(?<!def )\bmain\(/.test(text))
    return ': it defines main() and never calls it. Add at its end: if __name__ == "__main__": main()';
  return text === '' || /Spark(Session|Context)/.test(text) ? '' : ': nothing in it creates a SparkSession';
}
