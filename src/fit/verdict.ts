import { sumFree, type NodeResources } from '../kube/node-resources.js';
import { type Resources, addResources, largestResources, subtractResources } from '../kube/resources.js';
import { type HostCapacity, toResources } from '../kube/size.js';
import { canPlace, peakRequest, findLargest } from './placement.js';
import { shrinkJob } from './shrink.js';
import { sparkPods, type JobShape, leastCpuMilli, type PodShape } from './spark-pods.js';

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
type Verdict = { readonly kind: 'fits'; readonly job: JobShape } | Misfit;

/** Whether the cluster has room for the job now, and what would help if not. */
export function classifyFit(job: JobShape, capacity: FitCapacity): Verdict {
  const { rooms } = capacity;
  const pods = sparkPods(job);
  if (canPlace(pods, rooms)) return { kind: 'fits', job: fitCpu(job, rooms) };
  const needs = peakRequest(pods);
  const smaller = shrinkJob(job, rooms);
  const shrunk = smaller === undefined ? undefined : fitCpu(smaller, rooms);
  const grown = growCluster(needs, capacity);
  return {
    kind: grown !== undefined ? 'grow' : shrunk !== undefined ? 'shrink' : 'impossible',
    asked: job,
    needs,
    free: sumFree(rooms),
    shrunk,
    grown,
    most: mostOf(capacity),
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

export interface FitCapacity {
  readonly rooms: readonly NodeResources[];
  readonly limit: Resources | undefined;
  readonly host: Resources | undefined;
}

/** Reserved for the host. */
const mostOfMemory = 0.9;
const memoryStepMb = 256;

/**
 * The smallest size, in whole CPUs and steps of 256 MiB, with enough room in addition to what runs; undefined if this host cannot
 * provide it. Only a cluster of one node can grow.
 */
export function growCluster(needs: Resources, capacity: FitCapacity): HostCapacity | undefined {
  const [room, ...others] = capacity.rooms;
  const most = mostOf(capacity);
  if (room === undefined || others.length > 0 || most === undefined) return undefined;
  const now = capacity.limit ?? room.allocatable;
  const needed = largestResources(now, addResources(subtractResources(room.allocatable, room.free), needs));
  const size: HostCapacity = {
    cpus: Math.ceil(needed.cpuMilli / 1000),
    memoryMb:
      needed.memoryMb === now.memoryMb ? now.memoryMb : Math.ceil(needed.memoryMb / memoryStepMb) * memoryStepMb,
  };
  return size.cpus <= most.cpus && size.memoryMb <= most.memoryMb ? size : undefined;
}

/** The node's resources after a resize to that size: the node then offers all of it. */
export function growCapacity(capacity: FitCapacity, size: HostCapacity): FitCapacity {
  const limit = toResources(size);
  const grow = (room: NodeResources): NodeResources => ({
    ...room,
    allocatable: limit,
    free: subtractResources(limit, subtractResources(room.allocatable, room.free)),
  });
  return { ...capacity, limit, rooms: capacity.rooms.map(grow) };
}

/** The most that a cluster can have on this host; a larger existing one may stay. */
function mostOf({ host, limit }: FitCapacity): HostCapacity | undefined {
  if (host === undefined) return undefined;
  return {
    cpus: Math.floor(host.cpuMilli / 1000),
    memoryMb: Math.max(Math.floor(host.memoryMb * mostOfMemory), limit?.memoryMb ?? 0),
  };
}
