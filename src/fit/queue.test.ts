import { describe, expect, it } from 'vitest';
import type { NodeResources } from '../kube/node-resources.js';
import type { Resources } from '../kube/resources.js';
import { mustWait, type EarlierRun } from './queue.js';
import { sparkPods, type JobShape } from './spark-pods.js';

const pod = { heapMb: 512, cores: 1, requestMilli: 500 };
/** A driver and two executors of 500m and 896 MB each; 100m beside the driver for its submit pod. */
const job: JobShape = { language: 'jvm', driver: pod, executor: pod, executors: 2 };
const each: Resources = { cpuMilli: 500, memoryMb: 896 };
const nodes = (cpuMilli: number, memoryMb = 16_000): readonly NodeResources[] => {
  const allocatable = { cpuMilli, memoryMb };
  return [{ name: 'n', free: allocatable, allocatable, capacity: allocatable }];
};
const begun = (missing: number): EarlierRun => ({
  runId: 'first',
  missing: Array.from({ length: missing }, () => each),
});

describe('a run in the queue', () => {
  it('asks for what this test counts with', () => {
    expect(sparkPods(job)).toMatchObject({ driver: { requests: each }, executor: { requests: each } });
  });

  it.each([
    ['next to a run that has all its pods', 0, 1500, false],
    ['while a run has no pods yet, though the nodes are free', 3, 2900, true],
    ['while a run has an executor to come', 1, 1900, true],
    ['where there is room for both', 3, 3000, false],
  ])('%s', (_title, missing, freeMilli, waits) => {
    const state = { earlier: [begun(missing)], rooms: nodes(freeMilli), roomsAfter: nodes(3000) };
    expect(mustWait(job, state)).toBe(waits);
  });

  it('waits for the pods of runs that left no note', () => {
    expect(mustWait(job, { earlier: [], rooms: nodes(100), roomsAfter: nodes(3000) })).toBe(true);
  });

  it('does not wait for what no end of a run would give', () => {
    expect(mustWait(job, { earlier: [begun(3)], rooms: nodes(1000), roomsAfter: nodes(1000) })).toBe(false);
  });

  it('does not overtake a large job that waits itself', () => {
    expect(mustWait(job, { earlier: [begun(13)], rooms: nodes(2000), roomsAfter: nodes(7000) })).toBe(true);
  });

  it('lets two of four equal jobs begin where there is room for two', () => {
    const waits = [0, 1, 2, 3].map((ahead) => {
      const earlier = Array.from({ length: ahead }, () => begun(3));
      return mustWait(job, { earlier, rooms: nodes(3100), roomsAfter: nodes(3100) });
    });
    expect(waits).toEqual([false, false, true, true]);
  });
});
