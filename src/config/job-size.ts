import type { OptionSpec, OptionValues } from '../command.js';
import { readCount, readFlag } from './resolve.js';
import { sizeRules } from '../text/sizes.js';

/** Requested sizes of a job, named like spark-submit's flags; spark-dev or Spark chooses the rest. */
export interface JobSize {
  readonly driverMemoryMb?: number;
  readonly driverCores?: number;
  readonly executorMemoryMb?: number;
  readonly executorCores?: number;
  readonly executors?: number;
}

const { heap } = sizeRules;
const countExample = 'a whole number, at least 1';

/** With the driver's default heap. */
export const offerJobSize = (driverHeap: string) =>
  [
    {
      flags: '--driver-memory <size>',
      description: `heap of the driver, e.g. 2g (default ${driverHeap} on a cluster)`,
    },
    { flags: '--driver-cores <number>', description: 'CPUs of the driver (default: as available)' },
    { flags: '--executor-memory <size>', description: 'heap of each executor, e.g. 2g (default 512m)' },
    {
      flags: '--executor-cores <number>',
      description: 'CPUs and concurrent tasks of each executor (default: one task)',
    },
    { flags: '--num-executors <number>', description: 'number of executors (default 1)' },
  ] as const satisfies readonly OptionSpec[];

export const jobSizeOptions = offerJobSize('512m');

export function readJobSize(options: OptionValues<typeof jobSizeOptions>): JobSize {
  const said = {
    driverMemoryMb: readFlag(options.driverMemory, '--driver-memory', heap.example, heap.read),
    driverCores: readFlag(options.driverCores, '--driver-cores', countExample, readCores),
    executorMemoryMb: readFlag(options.executorMemory, '--executor-memory', heap.example, heap.read),
    executorCores: readFlag(options.executorCores, '--executor-cores', countExample, readCores),
    executors: readFlag(options.numExecutors, '--num-executors', countExample, readExecutors),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function readCores(text: string): number | undefined {
  return readCount(text, 1, 1024);
}

function readExecutors(text: string): number | undefined {
  return readCount(text, 1, 10_000);
}
