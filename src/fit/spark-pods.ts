import type { Resources } from '../kube/resources.js';

/** Decides how much memory Spark adds to a heap. */
export type JobLanguage = 'jvm' | 'python' | 'r';

/** A driver or an executor, by Spark's properties. */
export interface PodShape {
  /** `spark.driver.memory`, `spark.executor.memory`. */
  readonly heapMb: number;
  /** `spark.driver.cores`, `spark.executor.cores`: concurrent tasks. */
  readonly cores: number;
  /** `spark.kubernetes.*.request.cores`; absent it is the cores, `fitted` as much of them as there is room for. */
  readonly requestMilli?: number | 'fitted';
  /** `spark.kubernetes.*.limit.cores`; no limit when absent. */
  readonly limitMilli?: number;
  /** `spark.*.memoryOverhead`: replaces factor and minimum. */
  readonly overheadMb?: number;
  /** `spark.*.memoryOverheadFactor`. */
  readonly overheadFactor?: number;
  /** `spark.*.minMemoryOverhead`. */
  readonly minOverheadMb?: number;
}

export interface ExecutorShape extends PodShape {
  /** `spark.memory.offHeap.size`, if enabled. */
  readonly offHeapMb?: number;
  /** `spark.executor.pyspark.memory`; only counts for Python. */
  readonly pysparkMb?: number;
}

export interface JobShape {
  readonly language: JobLanguage;
  readonly driver: PodShape;
  readonly executor: ExecutorShape;
  readonly executors: number;
  /** `spark.kubernetes.memoryOverheadFactor`, for driver and executors. */
  readonly overheadFactor?: number;
}

export interface PodResources {
  readonly requests: Resources;
  readonly limits: { readonly memoryMb: number; readonly cpuMilli?: number };
}

export interface JobPods {
  readonly submit: PodResources;
  readonly driver: PodResources;
  readonly executor: PodResources;
  readonly executors: number;
}

/** From kustomize/run/submit-job.yaml. */
const submitPod: PodResources = { requests: { cpuMilli: 100, memoryMb: 512 }, limits: { memoryMb: 512 } };

/** Lower bound of a fitted request. */
export const leastCpuMilli = 100;

/**
 * The pods that Spark 4.3 makes of a job, after BasicDriverFeatureStep, BasicExecutorFeatureStep and
 * ResourceProfile.getResourcesForClusterManager (https://github.com/apache/spark, resource-managers/kubernetes/core): the
 * driver's off-heap and Python memory are ignored, and memory request and limit are equal. A request that is still `fitted`
 * counts as the least.
 */
export function sparkPods(job: JobShape): JobPods {
  const { executor } = job;
  const beside = (executor.offHeapMb ?? 0) + (job.language === 'python' ? (executor.pysparkMb ?? 0) : 0);
  return {
    submit: submitPod,
    driver: podResources(job, job.driver, 0),
    executor: podResources(job, executor, beside),
    executors: job.executors,
  };
}

function podResources(job: JobShape, pod: PodShape, besideMb: number): PodResources {
  const memoryMb = pod.heapMb + overheadOf(job, pod) + besideMb;
  const { requestMilli = pod.cores * 1000, limitMilli } = pod;
  return {
    requests: { cpuMilli: requestMilli === 'fitted' ? leastCpuMilli : requestMilli, memoryMb },
    limits: { memoryMb, ...(limitMilli === undefined ? {} : { cpuMilli: limitMilli }) },
  };
}

/** Config.scala: 0.1 for JVM jobs and 0.4 for others; at least 384 MiB; Spark truncates the fraction. */
function overheadOf({ language, overheadFactor }: JobShape, pod: PodShape): number {
  const factor = pod.overheadFactor ?? overheadFactor ?? (language === 'jvm' ? 0.1 : 0.4);
  return pod.overheadMb ?? Math.max(Math.trunc(factor * pod.heapMb), pod.minOverheadMb ?? 384);
}
