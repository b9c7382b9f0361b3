import { sparkPods } from '../cluster/fit/spark-pods.js';
import { addRooms, hasRoomFor, largestRoom, showRoom, type Room } from '../cluster/room.js';
import { shapeCase } from './case-conf.js';
import type { VerifyCase } from './case.js';

/** As Spark's suite has it. */
export const suiteHeapMb = 1024;
/** The smallest that every case was seen to run with. */
const smallHeapMb = 512;
const helperRoom: Room = { cpuMilli: 50, memoryMb: 128 };

export type Fit = { readonly heapMb: number; readonly room: Room } | { readonly unfit: string };

/** The most that the case has at one time: the submit pod is gone when the executors come. */
export function caseRoom(one: VerifyCase, heapMb: number): Room {
  const { submit, driver, executor, executors } = sparkPods(shapeCase(one, heapMb));
  const running = addRooms(driver.requests, ...Array.from({ length: executors }, () => executor.requests));
  const submitting = one.mode === 'client' ? driver.requests : addRooms(submit.requests, driver.requests);
  return addRooms(largestRoom(running, submitting), ...(one.helpers ?? []).map(() => helperRoom));
}

/** The suite's own heaps where the empty cluster has room for them, and smaller ones where only those fit. */
export function fitCase(one: VerifyCase, free: Room): Fit {
  for (const heapMb of [suiteHeapMb, smallHeapMb]) {
    const room = caseRoom(one, heapMb);
    if (hasRoomFor(free, room)) return { heapMb, room };
  }
  const least = caseRoom(one, smallHeapMb);
  return { unfit: `It needs ${showRoom(least)}, and the cluster has ${showRoom(free)} free` };
}

/** Of those that wait, the first that fits beside those that run; undefined is: wait for one to end. */
export function nextThatFits(
  waiting: readonly Room[],
  running: readonly Room[],
  free: Room,
  atOnce: number,
): number | undefined {
  if (running.length >= atOnce) return undefined;
  const index = waiting.findIndex((room) => hasRoomFor(free, addRooms(room, ...running)));
  return index < 0 ? undefined : index;
}
