import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { measureFree } from '../../images/free-disk.js';
import type { SparkJob } from '../../job/job.js';
import type { Host } from '../../ports/host.js';
import type { RunOutcome } from '../../runs/record.js';

/**
 * A program that ends well without Spark, or without the executors that it was given, has usually not done what it is for.
 * Warns, and returns the outcome.
 */
export async function warnIfNoSpark(
  { host, job }: { readonly host: Pick<Host, 'ui'>; readonly job: SparkJob },
  outcome: RunOutcome,
): Promise<RunOutcome> {
  // the event log has the application's name in local mode; on the cluster the submission chooses it
  const hasStarted = outcome.target === 'local' ? outcome.appId !== undefined : outcome.executors.length > 0;
  if (hasStarted || (await isDiskFull(outcome.folder))) return outcome;
  if (await hasContext(join(outcome.folder, 'driver.log'))) {
    if (outcome.target === 'cluster' && job.dynamicAllocation === undefined && job.executors !== 0)
      host.ui.warn(
        `${job.name.written} used none of its executors: a master that the program sets itself wins over the cluster. Leave out .master(…) there`,
      );
    return outcome;
  }
  const { main } = job;
  const path = main.kind === 'python' && main.at.where === 'here' ? main.at.path : undefined;
  const text = path === undefined ? '' : await readFile(path, 'utf8').catch(() => '');
  if (!usesConnect.test(text))
    host.ui.warn(
      `${path === undefined ? job.name.written : basename(path)} started no Spark application${findReason(text)}`,
    );
  return outcome;
}

const usesConnect = /\.remote\(|SPARK_REMOTE/;

/** Spark's log has one of these lines unless the job silences INFO. */
const started = /SparkContext: Running Spark version|Successfully started service 'SparkUI'/;

/** Then neither the event log nor the driver's log could be written. */
async function isDiskFull(folder: string): Promise<boolean> {
  const { freeBytes } = await measureFree(folder);
  return freeBytes < 64 * 1024;
}

async function hasContext(log: string): Promise<boolean> {
  const lines = createInterface({ input: createReadStream(log), crlfDelay: Infinity });
  try {
    for await (const line of lines) if (started.test(line)) return true;
  } catch {
    // without a log nothing is known
    return true;
  }
  return false;
}

function findReason(text: string): string {
  if (/^(async )?def main\(/m.test(text) && !/(?<!def )\bmain\(/.test(text))
    return ': it defines main() and never calls it. Add at its end: if __name__ == "__main__": main()';
  return text === '' || /Spark(Session|Context)/.test(text) ? '' : ': nothing in it creates a SparkSession';
}
