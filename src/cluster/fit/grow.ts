import type { NodeRoom } from '../node-rooms.js';
import { addRooms, largestRoom, subtractRoom, type Room } from '../room.js';
import type { HostCapacity } from '../size.js';
import type { SizeFacts } from '../size-facts.js';

/** What a job is held against. */
export type FitGround = Pick<SizeFacts, 'rooms' | 'limit' | 'host'>;

/** The rest is the host's own. */
const mostOfMemory = 0.9;
const memoryStepMb = 256;

/**
 * The least size, in whole CPUs and steps of 256 MiB, that has so much room beside what runs; undefined where this host
 * cannot give it. Only a cluster of one node can grow.
 */
export function growCluster(needs: Room, ground: FitGround): HostCapacity | undefined {
  const [room, ...others] = ground.rooms;
  const most = mostOf(ground);
  if (room === undefined || others.length > 0 || most === undefined) return undefined;
  const now = ground.limit ?? room.allocatable;
  const needed = largestRoom(now, addRooms(subtractRoom(room.allocatable, room.free), needs));
  const size: HostCapacity = {
    cpus: Math.ceil(needed.cpuMilli / 1000),
    memoryMb:
      needed.memoryMb === now.memoryMb ? now.memoryMb : Math.ceil(needed.memoryMb / memoryStepMb) * memoryStepMb,
  };
  return size.cpus <= most.cpus && size.memoryMb <= most.memoryMb ? size : undefined;
}

/** The ground after a resize to that size: the node then offers all of it. */
export function growGround(ground: FitGround, { cpus, memoryMb }: HostCapacity): FitGround {
  const limit: Room = { cpuMilli: cpus * 1000, memoryMb };
  const grow = (room: NodeRoom): NodeRoom => ({
    ...room,
    allocatable: limit,
    free: subtractRoom(limit, subtractRoom(room.allocatable, room.free)),
  });
  return { ...ground, limit, rooms: ground.rooms.map(grow) };
}

/** What a cluster can have on this host; one that is larger already may stay so. */
export function mostOf({ host, limit }: FitGround): HostCapacity | undefined {
  if (host === undefined) return undefined;
  return {
    cpus: Math.floor(host.cpuMilli / 1000),
    memoryMb: Math.max(Math.floor(host.memoryMb * mostOfMemory), limit?.memoryMb ?? 0),
  };
}
