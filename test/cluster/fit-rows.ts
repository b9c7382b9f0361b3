import type { ExecutorShape, JobLanguage, JobShape, PodShape } from '../../src/fit/spark-pods.js';
import { classifyFit, type FitCapacity } from '../../src/fit/verdict.js';
import { findLargest } from '../../src/fit/placement.js';

export interface FitRow {
  readonly title: string;
  readonly job: JobShape;
  readonly fits: boolean;
}

/** One measure of a job that is turned up by one step at a time until it no longer fits. */
interface Limit {
  readonly title: string;
  readonly most: number;
  readonly job: (value: number) => JobShape;
}

const tiny: PodShape = { heapMb: 100, cores: 1, overheadMb: 0, requestMilli: 10 };
const small: PodShape = { heapMb: 512, cores: 1, requestMilli: 10 };

const memoryLimit = (
  title: string,
  language: JobLanguage,
  driver: (mb: number) => PodShape,
  executor: (mb: number) => ExecutorShape,
  executors = 1,
): Limit => ({
  title: `${language}, ${title}`,
  most: 1_000_000,
  job: (mb) => ({ language, driver: driver(mb), executor: executor(mb), executors }),
});
const cpuLimit = (
  title: string,
  most: number,
  driver: (value: number) => PodShape,
  executor: (value: number) => ExecutorShape,
  executors: (value: number) => number = () => 1,
): Limit => ({
  title: `CPU, ${title}`,
  most,
  job: (value) => ({ language: 'jvm', driver: driver(value), executor: executor(value), executors: executors(value) }),
});
const heap = (mb: number): PodShape => ({ ...small, heapMb: mb });
const fixed = (): PodShape => small;

const limits: readonly Limit[] = [
  memoryLimit('heap of the driver', 'jvm', heap, fixed),
  memoryLimit('heap of the driver beside the submit pod', 'jvm', heap, () => tiny),
  memoryLimit('heap of the executor', 'jvm', fixed, heap),
  memoryLimit('heap of two executors', 'jvm', fixed, heap, 2),
  memoryLimit('heap of three executors', 'jvm', fixed, heap, 3),
  memoryLimit('overhead of the driver', 'jvm', (mb) => ({ ...small, overheadMb: mb }), fixed),
  memoryLimit('overhead of the executor', 'jvm', fixed, (mb) => ({ ...small, overheadMb: mb })),
  memoryLimit('least overhead of the executor', 'jvm', fixed, (mb) => ({ ...small, minOverheadMb: mb })),
  memoryLimit('heap with a factor of its own', 'jvm', fixed, (mb) => ({ ...heap(mb), overheadFactor: 0.25 })),
  memoryLimit('off-heap memory', 'jvm', fixed, (mb) => ({ ...small, offHeapMb: mb })),
  memoryLimit('heap of the driver', 'python', heap, fixed),
  memoryLimit('heap of the executor', 'python', fixed, heap),
  memoryLimit('heap of two executors', 'python', fixed, heap, 2),
  memoryLimit('memory of the workers', 'python', fixed, (mb) => ({ ...small, pysparkMb: mb })),
  memoryLimit('heap of the executor', 'r', fixed, heap),
  { ...memoryLimit('executors', 'jvm', fixed, fixed), most: 100, job: (count) => manyExecutors('jvm', small, count) },
  {
    ...memoryLimit('executors', 'python', fixed, fixed),
    most: 100,
    job: (count) => manyExecutors('python', { ...small, heapMb: 1024 }, count),
  },
  cpuLimit('request of the driver', 100_000, (milli) => ({ ...small, requestMilli: milli }), fixed),
  cpuLimit(
    'request of the driver beside the submit pod',
    100_000,
    (milli) => ({ ...small, requestMilli: milli }),
    () => tiny,
  ),
  cpuLimit('request of the executor', 100_000, fixed, (milli) => ({ ...small, requestMilli: milli })),
  cpuLimit(
    'request of two executors',
    100_000,
    fixed,
    (milli) => ({ ...small, requestMilli: milli }),
    () => 2,
  ),
  cpuLimit(
    'executors',
    100,
    fixed,
    () => ({ ...tiny, requestMilli: 200 }),
    (count) => count,
  ),
  cpuLimit(
    'cores of the driver',
    100,
    (cores) => ({ heapMb: 512, cores }),
    () => tiny,
  ),
];

function manyExecutors(language: JobLanguage, executor: ExecutorShape, executors: number): JobShape {
  return { language, driver: small, executor, executors };
}

/** For each limit the last value that we say fits, one step below it and one above. */
export function listRows(ground: FitCapacity): readonly FitRow[] {
  const fits = (job: JobShape): boolean => classifyFit(job, ground).kind === 'fits';
  return limits.flatMap(({ title, most, job }) => {
    const least = 1;
    const last = findLargest(least, most, (value) => fits(job(value))) ?? least - 1;
    return [last - 1, last, last + 1]
      .filter((value) => value >= least)
      .map((value) => ({ title: `${title}: ${String(value)}`, job: job(value), fits: fits(job(value)) }));
  });
}
