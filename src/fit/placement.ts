import type { NodeResources } from '../kube/node-resources.js';
import {
  addResources,
  hasRoomFor,
  largestResources,
  noResources,
  subtractResources,
  type Resources,
} from '../kube/resources.js';
import type { JobPods } from './spark-pods.js';

/**
 * Whether the nodes can hold the job at each stage: first the submit pod with the driver, then, when the submit pod has ended,
 * the driver with all executors. Each pod must fit on one node.
 */
export function canPlace(pods: JobPods, rooms: readonly Pick<NodeResources, 'free'>[]): boolean {
  const free = rooms.map((room) => room.free);
  const { driver, executor, executors, submit } = pods;
  return free.some((room, place) => {
    if (!hasRoomFor(room, driver.requests)) return false;
    const withDriver = free.map((other, index) =>
      index === place ? subtractResources(other, driver.requests) : other,
    );
    const count = withDriver.reduce((sum, other) => sum + countPods(other, executor.requests), 0);
    return count >= executors && withDriver.some((other) => hasRoomFor(other, submit.requests));
  });
}

export function peakRequest({ submit, driver, executor, executors }: JobPods): Resources {
  const all = Array.from({ length: executors }, () => executor.requests);
  return largestResources(addResources(submit.requests, driver.requests), addResources(driver.requests, ...all));
}

function countPods(room: Resources, asked: Resources): number {
  if (!hasRoomFor(room, noResources)) return 0;
  const byCpu = asked.cpuMilli === 0 ? Infinity : Math.floor(room.cpuMilli / asked.cpuMilli);
  const byMemory = asked.memoryMb === 0 ? Infinity : Math.floor(room.memoryMb / asked.memoryMb);
  return Math.min(byCpu, byMemory);
}

/** The largest whole number of a range for which it holds, assuming that it also holds for each smaller one; undefined if for none. */
export function findLargest(least: number, most: number, holds: (value: number) => boolean): number | undefined {
  if (most < least || !holds(least)) return undefined;
  let [good, bad] = [least, most + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
