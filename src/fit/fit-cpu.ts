import type { NodeResources } from '../kube/node-resources.js';
import { findLargest } from './largest.js';
import { canPlace } from './placement.js';
import { leastCpuMilli, sparkPods, type JobShape, type PodShape } from './spark-pods.js';

type Rooms = readonly Pick<NodeResources, 'free'>[];

/**
 * Decides the requests that are still open: a pod gets its cores where there is room, else an equal share of half the room:
 * a second run at the same moment then fits as well, and requests do not slow a job down on an idle node.
 */
export function fitCpu(job: JobShape, rooms: Rooms): JobShape {
  const fits = (places: Rooms) => (milli: number) => canPlace(sparkPods(requestCpu(job, milli)), places);
  const whole = Math.max(job.driver.cores, job.executor.cores) * 1000;
  const half = rooms.map(({ free }) => ({ free: { ...free, cpuMilli: Math.floor(free.cpuMilli / 2) } }));
  const fair = Math.min(whole, findLargest(leastCpuMilli, whole, fits(half)) ?? leastCpuMilli);
  return requestCpu(job, fair);
}

function requestCpu(job: JobShape, milli: number): JobShape {
  const request = <Pod extends PodShape>(pod: Pod): Pod => {
    const { requestMilli, cores, limitMilli = Infinity } = pod;
    return requestMilli === 'fitted' ? { ...pod, requestMilli: Math.min(milli, cores * 1000, limitMilli) } : pod;
  };
  return { ...job, driver: request(job.driver), executor: request(job.executor) };
}
