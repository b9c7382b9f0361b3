import { sparkPods } from '../fit/spark-pods.js';
import { addResources, hasRoomFor, largestResources, showResources, type Resources } from '../kube/resources.js';
import { shapeCase } from './case-conf.js';
import type { VerifyCase } from './case.js';
import { leastHeapMb } from '../config/memory-size.js';

/** As Spark's suite has it. */
export const suiteHeapMb = 1024;
const helperRoom: Resources = { cpuMilli: 50, memoryMb: 128 };

export type Fit = { readonly heapMb: number; readonly room: Resources } | { readonly unfit: string };

/** The most that the case has at one time: the submit pod is gone when the executors come. */
export function caseCapacity(one: VerifyCase, heapMb: number): Resources {
  const { submit, driver, executor, executors } = sparkPods(shapeCase(one, heapMb));
  const running = addResources(driver.requests, ...Array.from({ length: executors }, () => executor.requests));
  const submitting = one.mode === 'client' ? driver.requests : addResources(submit.requests, driver.requests);
  return addResources(largestResources(running, submitting), ...(one.helpers ?? []).map(() => helperRoom));
}

/** What the roomiest node has free now, and what it has when nothing of ours or others' runs. */
export interface CaseCapacity {
  readonly free: Resources;
  readonly whole: Resources;
}

/**
 * The suite's own heaps where there is room for them now, and smaller ones where only those fit; or would fit: then its pods
 * wait until others end.
 */
export function fitCase(one: VerifyCase, { free, whole }: CaseCapacity): Fit {
  const small = { heapMb: leastHeapMb, room: caseCapacity(one, leastHeapMb) };
  const usual = { heapMb: suiteHeapMb, room: caseCapacity(one, suiteHeapMb) };
  if (hasRoomFor(free, usual.room)) return usual;
  if (hasRoomFor(whole, small.room)) return small;
  return { unfit: `It needs ${showResources(small.room)}, and the cluster has ${showResources(whole)}` };
}

/** Of those that wait, the first that fits beside those that run; undefined is: wait for one to end. */
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
