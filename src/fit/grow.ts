import type { NodeResources } from '../kube/node-resources.js';
import { addResources, largestResources, subtractResources, type Resources } from '../kube/resources.js';
import { toResources, type HostCapacity } from '../kube/size.js';

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
export function growCluster(needs: Resources, ground: FitCapacity): HostCapacity | undefined {
  const [room, ...others] = ground.rooms;
  const most = mostOf(ground);
  if (room === undefined || others.length > 0 || most === undefined) return undefined;
  const now = ground.limit ?? room.allocatable;
  const needed = largestResources(now, addResources(subtractResources(room.allocatable, room.free), needs));
  const size: HostCapacity = {
    cpus: Math.ceil(needed.cpuMilli / 1000),
    memoryMb:
      needed.memoryMb === now.memoryMb ? now.memoryMb : Math.ceil(needed.memoryMb / memoryStepMb) * memoryStepMb,
  };
  return size.cpus <= most.cpus && size.memoryMb <= most.memoryMb ? size : undefined;
}

/** The node's resources after a resize to that size: the node then offers all of it. */
export function growCapacity(ground: FitCapacity, size: HostCapacity): FitCapacity {
  const limit = toResources(size);
  const grow = (room: NodeResources): NodeResources => ({
    ...room,
    allocatable: limit,
    free: subtractResources(limit, subtractResources(room.allocatable, room.free)),
  });
  return { ...ground, limit, rooms: ground.rooms.map(grow) };
}

/** The most that a cluster can have on this host; a larger existing one may stay. */
export function mostOf({ host, limit }: FitCapacity): HostCapacity | undefined {
  if (host === undefined) return undefined;
  return {
    cpus: Math.floor(host.cpuMilli / 1000),
    memoryMb: Math.max(Math.floor(host.memoryMb * mostOfMemory), limit?.memoryMb ?? 0),
  };
}
