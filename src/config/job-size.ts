import type { OptionSpec, OptionValues } from '../command.js';
import { readHeapMb } from './memory-size.js';
import { readCount, readFlag } from './resolve.js';

/** What was said of a job's size, in the words of spark-submit; the rest is Spark's or ours to choose. */
export interface JobSize {
  readonly driverMemoryMb?: number;
  readonly driverCores?: number;
  readonly executorMemoryMb?: number;
  readonly executorCores?: number;
  readonly executors?: number;
}

const memoryExample = '2g, 2Gi, 2048m or 2048, and at least 512m';
const countExample = 'a whole number from 1 on';

/** With the driver's heap where nobody names one. */
export const offerJobSize = (driverHeap: string) =>
  [
    { flags: '--driver-memory <size>', description: `the driver's heap on a cluster, e.g. 2g (${driverHeap})` },
    { flags: '--driver-cores <number>', description: 'CPUs of the driver; as there is room when absent' },
    { flags: '--executor-memory <size>', description: 'the heap of each executor, e.g. 2g (512m)' },
    { flags: '--executor-cores <number>', description: 'CPUs and tasks of each executor; one task when absent' },
    { flags: '--num-executors <number>', description: 'how many executors (1)' },
  ] as const satisfies readonly OptionSpec[];

export const jobSizeOptions = offerJobSize('512m');

export function readJobSize(options: OptionValues<typeof jobSizeOptions>): JobSize {
  const said = {
    driverMemoryMb: readFlag(options.driverMemory, '--driver-memory', memoryExample, readHeapMb),
    driverCores: readFlag(options.driverCores, '--driver-cores', countExample, readCores),
    executorMemoryMb: readFlag(options.executorMemory, '--executor-memory', memoryExample, readHeapMb),
    executorCores: readFlag(options.executorCores, '--executor-cores', countExample, readCores),
    executors: readFlag(options.numExecutors, '--num-executors', countExample, readExecutors),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function readCores(text: string): number | undefined {
  const cores = readCount(text);
  return cores !== undefined && cores <= 1024 ? cores : undefined;
}

function readExecutors(text: string): number | undefined {
  const executors = readCount(text);
  return executors !== undefined && executors <= 10_000 ? executors : undefined;
}
