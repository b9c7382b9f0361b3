import { sumFree, type NodeResources } from '../kube/node-resources.js';
import type { Resources } from '../kube/resources.js';
import type { HostCapacity } from '../kube/size.js';
import { growCluster, mostOf, type FitCapacity } from './grow.js';
import { canPlace, peakRequest } from './placement.js';
import { shrinkJob } from './shrink.js';
import { sparkPods, type JobShape, leastCpuMilli, type PodShape } from './spark-pods.js';
import { findLargest } from './largest.js';

export interface Misfit {
  /** The best remedy: a larger cluster, otherwise a smaller job, otherwise none. */
  readonly kind: 'grow' | 'shrink' | 'impossible';
  readonly asked: JobShape;
  readonly needs: Resources;
  readonly free: Resources;
  /** A smaller job that fits; undefined if even the smallest does not. */
  readonly shrunk: JobShape | undefined;
  /** A larger cluster that the job fits into; undefined if this host cannot provide it. */
  readonly grown: HostCapacity | undefined;
  readonly most: HostCapacity | undefined;
}

/** A job that fits is returned with every request decided. */
export type Verdict = { readonly kind: 'fits'; readonly job: JobShape } | Misfit;

/** Whether the cluster has room for the job now, and what would help if not. */
export function classifyFit(job: JobShape, ground: FitCapacity): Verdict {
  const { rooms } = ground;
  const pods = sparkPods(job);
  if (canPlace(pods, rooms)) return { kind: 'fits', job: fitCpu(job, rooms) };
  const needs = peakRequest(pods);
  const smaller = shrinkJob(job, rooms);
  const shrunk = smaller === undefined ? undefined : fitCpu(smaller, rooms);
  const grown = growCluster(needs, ground);
  return {
    kind: grown !== undefined ? 'grow' : shrunk !== undefined ? 'shrink' : 'impossible',
    asked: job,
    needs,
    free: sumFree(rooms),
    shrunk,
    grown,
    most: mostOf(ground),
  };
}

type Rooms = readonly Pick<NodeResources, 'free'>[];

/**
 * Decides the open requests: a pod gets its cores if there is room, otherwise an equal share of half the room. A second run at
 * the same time then fits as well, and requests do not slow a job down on an idle node.
 */
function fitCpu(job: JobShape, rooms: Rooms): JobShape {
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
