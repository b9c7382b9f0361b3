import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { peakRequest } from '../fit/placement.js';
import { sparkPods } from '../fit/spark-pods.js';
import { addResources, hasRoomFor, noResources, showResources, type Resources } from '../kube/resources.js';
import type { Host } from '../ports/host.js';
import { shapeCase } from './case-conf.js';
import type { VerifyCase } from './case.js';
import { observeSize } from '../clusters/providers.js';
import { leastHeapMb } from '../text/sizes.js';

/** The heap size in Spark's suite. */
export const suiteHeapMb = 1024;
const helperRoom: Resources = { cpuMilli: 50, memoryMb: 128 };

/** The free and the allocatable resources of the roomiest node. */
export interface CaseCapacity {
  readonly free: Resources;
  readonly whole: Resources;
}

/** A pod must fit one node; more JVMs than cores only wait for each other. */
export async function observeCapacity(
  host: Host,
  cluster: PreparedCluster,
  signal: AbortSignal,
): Promise<CaseCapacity & { readonly atOnce: number }> {
  const { rooms } = await observeSize(host, cluster, signal);
  const [roomiest] = rooms.toSorted((left, right) => right.free.memoryMb - left.free.memoryMb);
  if (roomiest === undefined)
    throw new SparkDevError('CLUSTER_UNREACHABLE', `The cluster of context ${cluster.context} does not answer`, {
      fix: ['spark-dev status', 'spark-dev init --yes'],
    });
  const { free, allocatable } = roomiest;
  return { free, whole: allocatable, atOnce: Math.max(1, Math.floor(allocatable.cpuMilli / 1000)) };
}

/** Peak resources of the case; in client mode no pod submits. */
export function caseCapacity(one: VerifyCase, heapMb: number): Resources {
  const pods = sparkPods(shapeCase(one, heapMb));
  const submit = one.mode === 'client' ? { requests: noResources, limits: noResources } : pods.submit;
  return addResources(peakRequest({ ...pods, submit }), ...(one.helpers ?? []).map(() => helperRoom));
}

export interface FittedCase {
  readonly heapMb: number;
  readonly room: Resources;
}

/**
 * Uses the suite's heaps if they fit now, otherwise smaller ones. Those need only fit an empty node: pods then wait until
 * others end.
 */
export function fitCase(one: VerifyCase, { free, whole }: CaseCapacity): FittedCase | { readonly unfit: string } {
  const small = { heapMb: leastHeapMb, room: caseCapacity(one, leastHeapMb) };
  const usual = { heapMb: suiteHeapMb, room: caseCapacity(one, suiteHeapMb) };
  if (hasRoomFor(free, usual.room)) return usual;
  if (hasRoomFor(whole, small.room)) return small;
  return { unfit: `It needs ${showResources(small.room)}, but the cluster has ${showResources(whole)}` };
}

/** The first waiting case that fits next to the running ones, and any case if none runs; undefined if one must end first. */
export function nextThatFits(
  waiting: readonly Resources[],
  running: readonly Resources[],
  free: Resources,
  atOnce: number,
): number | undefined {
  if (running.length >= atOnce) return undefined;
  const index = waiting.findIndex((room) => hasRoomFor(free, addResources(room, ...running)));
  if (index >= 0) return index;
  return running.length === 0 && waiting.length > 0 ? 0 : undefined;
}
