import type { JobLanguage, JobShape, PodShape } from '../cluster/fit/spark-pods.js';
import type { JobSize } from '../config/job-size.js';

const heapMb = 512;

/** What was said counts as Spark takes it; CPU that nobody named is requested as there is room. */
export function shapeJob(language: JobLanguage, size: JobSize = {}): JobShape {
  return {
    language,
    driver: shapePod(size.driverMemoryMb, size.driverCores),
    executor: shapePod(size.executorMemoryMb, size.executorCores),
    executors: size.executors ?? 1,
  };
}

function shapePod(memoryMb = heapMb, cores: number | undefined): PodShape {
  return cores === undefined ? { heapMb: memoryMb, cores: 1, requestMilli: 'fitted' } : { heapMb: memoryMb, cores };
}
