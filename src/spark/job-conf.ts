import { sparkPods, type JobShape, type PodResources, type PodShape } from '../fit/spark-pods.js';

/** The properties that make Spark ask for exactly the pods that `sparkPods` tells. */
export function jobConf(job: JobShape): Readonly<Record<string, string>> {
  const { driver, executor } = sparkPods(job);
  const { offHeapMb, pysparkMb } = job.executor;
  return {
    ...podConf('driver', job.driver, driver),
    ...podConf('executor', job.executor, executor),
    'spark.executor.instances': String(job.executors),
    ...said('spark.kubernetes.memoryOverheadFactor', job.overheadFactor),
    ...(offHeapMb === undefined ? {} : { 'spark.memory.offHeap.enabled': 'true' }),
    ...said('spark.memory.offHeap.size', offHeapMb, 'm'),
    ...said('spark.executor.pyspark.memory', pysparkMb, 'm'),
  };
}

function podConf(role: 'driver' | 'executor', pod: PodShape, asked: PodResources): Record<string, string> {
  return {
    [`spark.${role}.memory`]: `${String(pod.heapMb)}m`,
    [`spark.${role}.cores`]: String(pod.cores),
    [`spark.kubernetes.${role}.request.cores`]: `${String(asked.requests.cpuMilli)}m`,
    ...said(`spark.kubernetes.${role}.limit.cores`, pod.limitMilli, 'm'),
    ...said(`spark.${role}.memoryOverhead`, pod.overheadMb, 'm'),
    ...said(`spark.${role}.memoryOverheadFactor`, pod.overheadFactor),
    ...said(`spark.${role}.minMemoryOverhead`, pod.minOverheadMb, 'm'),
  };
}

function said(key: string, value: number | undefined, unit = ''): Record<string, string> {
  return value === undefined ? {} : { [key]: `${String(value)}${unit}` };
}
