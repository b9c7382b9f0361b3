import type { JobLanguage, JobShape, PodShape } from '../fit/spark-pods.js';
import type { JobSize } from '../config/job-size.js';
import type { JobRole, RoleName, SparkJob } from './job.js';
import { parseCpuMilli } from '../kube/resources.js';
import { readMemoryMb, leastHeapMb } from '../text/sizes.js';

/** Given values count as Spark reads them; CPU requests that nobody set depend on the room. */
export function shapeJob(language: JobLanguage, size: JobSize = {}): JobShape {
  return {
    language,
    driver: shapePod(size.driverMemoryMb, size.driverCores),
    executor: shapePod(size.executorMemoryMb, size.executorCores),
    executors: size.executors ?? 1,
  };
}

/** Requests of the job's pods, including those from properties; with dynamic allocation, of the initial executors. */
export function shapeOf(job: SparkJob): JobShape {
  const { kind } = job.main;
  const { offHeapMb, pysparkMb } = job.executor;
  return {
    language: kind === 'python' || kind === 'r' ? kind : 'jvm',
    driver: shapeRole('driver', job.driver, job.conf),
    executor: { ...shapeRole('executor', job.executor, job.conf), ...defined({ offHeapMb, pysparkMb }) },
    executors: Math.max(1, job.executors),
    ...defined({ overheadFactor: readNumber(job.conf['spark.kubernetes.memoryOverheadFactor']) }),
  };
}

function shapeRole(role: RoleName, pod: JobRole, conf: SparkJob['conf']): PodShape {
  const cpu = (kind: 'request' | 'limit'): number | undefined =>
    parseCpuMilli(conf[`spark.kubernetes.${role}.${kind}.cores`] ?? '') || undefined;
  return {
    ...shapePod(pod.memoryMb, pod.cores),
    ...defined({
      requestMilli: cpu('request'),
      limitMilli: cpu('limit'),
      overheadMb: pod.overheadMb,
      overheadFactor: readNumber(conf[`spark.${role}.memoryOverheadFactor`]),
      minOverheadMb: readMemoryMb(conf[`spark.${role}.minMemoryOverhead`] ?? ''),
    }),
  };
}

function defined(values: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(pairs);
}

function readNumber(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) ? undefined : value;
}

function shapePod(memoryMb = leastHeapMb, cores: number | undefined): PodShape {
  return cores === undefined ? { heapMb: memoryMb, cores: 1, requestMilli: 'fitted' } : { heapMb: memoryMb, cores };
}
