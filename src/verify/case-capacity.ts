import { sparkPods } from '../fit/spark-pods.js';
import { addResources, hasRoomFor, largestResources, showResources, type Resources } from '../kube/resources.js';
import { shapeCase } from './case-conf.js';
import type { VerifyCase } from './case.js';
import { leastHeapMb } from '../config/memory-size.js';

/** The heap size in Spark's suite. */
export const suiteHeapMb = 1024;
const helperRoom: Resources = { cpuMilli: 50, memoryMb: 128 };

export type Fit = { readonly heapMb: number; readonly room: Resources } | { readonly unfit: string };

/** Peak resources of the case: the submit pod has ended before the executors start. */
export function caseCapacity(one: VerifyCase, heapMb: number): Resources {
  const { submit, driver, executor, executors } = sparkPods(shapeCase(one, heapMb));
  const running = addResources(driver.requests, ...Array.from({ length: executors }, () => executor.requests));
  const submitting = one.mode === 'client' ? driver.requests : addResources(submit.requests, driver.requests);
  return addResources(largestResources(running, submitting), ...(one.helpers ?? []).map(() => helperRoom));
}

/** The free and the allocatable resources of the roomiest node. */
export interface CaseCapacity {
  readonly free: Resources;
  readonly whole: Resources;
}

/**
 * Uses the suite's heaps if they fit now, otherwise smaller ones. Those need only fit an empty node: pods then wait until
 * others end.
 */
export function fitCase(one: VerifyCase, { free, whole }: CaseCapacity): Fit {
  const small = { heapMb: leastHeapMb, room: caseCapacity(one, leastHeapMb) };
  const usual = { heapMb: suiteHeapMb, room: caseCapacity(one, suiteHeapMb) };
  if (hasRoomFor(free, usual.room)) return usual;
  if (hasRoomFor(whole, small.room)) return small;
  return { unfit: `It needs ${showResources(small.room)}, but the cluster has ${showResources(whole)}` };
}

/** The first waiting case that fits next to the running ones; undefined if one must end first. */
export function nextThatFits(
  waiting: readonly Resources[],
  running: readonly Resources[],
  free: Resources,
  atOnce: number,
): number | undefined {
  if (running.length >= atOnce) return undefined;
  if (running.length === 0 && waiting.length > 0)
    return Math.max(
      0,
      waiting.findIndex((room) => hasRoomFor(free, room)),
    );
  const index = waiting.findIndex((room) => hasRoomFor(free, addResources(room, ...running)));
  return index < 0 ? undefined : index;
}
