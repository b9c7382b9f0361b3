import type { NodeResources } from '../kube/node-resources.js';
import { canPlace, findLargest } from './placement.js';
import { leastCpuMilli, sparkPods, type JobShape, type PodShape } from './spark-pods.js';
import { leastHeapMb } from '../text/sizes.js';

/**
 * The same job, reduced as little as possible: first its pods request less CPU and keep their tasks, then fewer executors, then
 * smaller ones, and finally a smaller driver. Undefined if none of that is enough.
 */
export function shrinkJob(job: JobShape, rooms: readonly Pick<NodeResources, 'free'>[]): JobShape | undefined {
  const fits = (shape: JobShape): boolean => canPlace(sparkPods(shape), rooms);
  const keepingCpu = (shape: JobShape): JobShape => {
    const asAsked: JobShape = {
      ...shape,
      driver: askAsBefore(shape.driver, job.driver),
      executor: askAsBefore(shape.executor, job.executor),
    };
    return fits(asAsked) ? asAsked : shape;
  };
  if (fits(job)) return job;
  const frugal: JobShape = { ...job, driver: askLess(job.driver), executor: askLess(job.executor) };
  const count = findLargest(1, job.executors, (executors) => fits({ ...frugal, executors }));
  if (count !== undefined) return keepingCpu({ ...frugal, executors: count });
  const single: JobShape = { ...frugal, executors: 1 };
  const small = shrinkHeap(single, 'executor', fits);
  if (small !== undefined) return keepingCpu(small);
  const least: JobShape = { ...single, executor: { ...single.executor, heapMb: floorOf(single.executor) } };
  const smallest = shrinkHeap(least, 'driver', fits);
  return smallest === undefined ? undefined : keepingCpu(smallest);
}

function shrinkHeap(
  job: JobShape,
  role: 'driver' | 'executor',
  fits: (shape: JobShape) => boolean,
): JobShape | undefined {
  const withHeap = (heapMb: number): JobShape => ({ ...job, [role]: { ...job[role], heapMb } });
  const heapMb = findLargest(floorOf(job[role]), job[role].heapMb, (mb) => fits(withHeap(mb)));
  return heapMb === undefined ? undefined : withHeap(heapMb);
}

function floorOf({ heapMb }: PodShape): number {
  return Math.min(heapMb, leastHeapMb);
}

function askLess<Pod extends PodShape>(pod: Pod): Pod {
  const { requestMilli = pod.cores * 1000 } = pod;
  return requestMilli === 'fitted' || requestMilli <= leastCpuMilli ? pod : { ...pod, requestMilli: 'fitted' };
}

function askAsBefore<Pod extends PodShape>(shrunk: Pod, { requestMilli }: PodShape): Pod {
  const { requestMilli: _, ...rest } = shrunk;
  return { ...rest, ...(requestMilli === undefined ? {} : { requestMilli }) } as Pod;
}
