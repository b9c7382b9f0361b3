import type { NodeRoom } from '../node-rooms.js';
import { addRooms, hasRoomFor, largestRoom, noRoom, subtractRoom, type Room } from '../room.js';
import type { JobPods } from './spark-pods.js';

/**
 * Whether the nodes can hold the job at each moment of its life: first the submit pod beside the driver, then, when that
 * one has ended, the driver beside all executors. A pod finds its room on one node or not at all.
 */
export function hasPlace(pods: JobPods, rooms: readonly Pick<NodeRoom, 'free'>[]): boolean {
  const free = rooms.map((room) => room.free);
  const { driver, executor, executors, submit } = pods;
  return free.some((room, place) => {
    if (!hasRoomFor(room, driver.requests)) return false;
    const withDriver = free.map((other, index) => (index === place ? subtractRoom(other, driver.requests) : other));
    const count = withDriver.reduce((sum, other) => sum + countPods(other, executor.requests), 0);
    return count >= executors && withDriver.some((other) => hasRoomFor(other, submit.requests));
  });
}

/** The most that the job asks for at one moment. */
export function peakRequest({ submit, driver, executor, executors }: JobPods): Room {
  const all = Array.from({ length: executors }, () => executor.requests);
  return largestRoom(addRooms(submit.requests, driver.requests), addRooms(driver.requests, ...all));
}

function countPods(room: Room, asked: Room): number {
  if (!hasRoomFor(room, noRoom)) return 0;
  const byCpu = asked.cpuMilli === 0 ? Infinity : Math.floor(room.cpuMilli / asked.cpuMilli);
  const byMemory = asked.memoryMb === 0 ? Infinity : Math.floor(room.memoryMb / asked.memoryMb);
  return Math.min(byCpu, byMemory);
}
