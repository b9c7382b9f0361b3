import { describe, expect, it } from 'vitest';
import type { NodeResources } from '../kube/node-resources.js';
import type { Resources } from '../kube/resources.js';
import { classifyInQueue, type EarlierRun } from './queue.js';
import { sparkPods, type JobShape } from './spark-pods.js';

const pod = { heapMb: 512, cores: 1, requestMilli: 500 };
/** A driver and two executors of 500m and 896 MB each. */
const job: JobShape = { language: 'jvm', driver: pod, executor: pod, executors: 2 };
const each: Resources = { cpuMilli: 500, memoryMb: 896 };
const node = (cpuMilli: number, memoryMb = 16_000): NodeResources => {
  const allocatable = { cpuMilli, memoryMb };
  return { name: 'n', free: allocatable, allocatable, capacity: allocatable };
};
const capacity = (...rooms: readonly NodeResources[]) => ({ rooms, limit: undefined, host: undefined });
const begun = (seen: Partial<EarlierRun> = {}): EarlierRun => ({
  runId: 'first',
  job,
  driver: undefined,
  executors: 0,
  ...seen,
});

describe('a job in the queue', () => {
  it('asks for what this test counts with', () => {
    expect(sparkPods(job)).toMatchObject({ driver: { requests: each }, executor: { requests: each } });
  });

  it('fits next to a run that has all its pods', () => {
    const state = { earlier: [begun({ driver: each, executors: 2 })], roomsAfter: [node(3100)] };
    expect(classifyInQueue(job, capacity(node(1600)), state).kind).toBe('fits');
  });

  it.each([
    ['none of its pods yet', begun()],
    ['its driver, and one executor to come', begun({ driver: each, executors: 1 })],
  ])('waits for a run with %s, though the nodes are free', (_title, run) => {
    const state = { earlier: [run], roomsAfter: [node(2000)] };
    expect(classifyInQueue(job, capacity(node(2000)), { ...state, earlier: [] }).kind).toBe('fits');
    expect(classifyInQueue(job, capacity(node(1900)), state)).toMatchObject({ behind: ['first'] });
  });

  it('waits when the runs were begun by others and are not known by name', () => {
    expect(classifyInQueue(job, capacity(node(100)), { earlier: [], roomsAfter: [node(2000)] })).toMatchObject({
      behind: [],
    });
  });

  it('never waits for what no end of a run would give', () => {
    const verdict = classifyInQueue(job, capacity(node(1000)), { earlier: [begun()], roomsAfter: [node(1000)] });
    expect(verdict).not.toHaveProperty('behind');
    expect(verdict.kind).not.toBe('fits');
  });

  it('does not overtake a large job that waits itself', () => {
    const large = { ...job, executors: 12 };
    const state = { earlier: [begun({ job: large })], roomsAfter: [node(7000)] };
    expect(classifyInQueue(job, capacity(node(2000)), state)).toMatchObject({ behind: ['first'] });
  });

  it('counts requests that are still to be fitted as they will be', () => {
    const open = { ...pod, cores: 2, requestMilli: 'fitted' as const };
    const fitted = { ...job, driver: open, executor: open };
    // half of 3000m for three pods: 500m each
    const first = begun({ job: fitted });
    const verdict = classifyInQueue(fitted, capacity(node(3000)), { earlier: [first], roomsAfter: [node(3000)] });
    expect(verdict).toMatchObject({ kind: 'fits', job: { driver: { requestMilli: 250 } } });
  });

  it('queues four equal jobs on a node that has room for two', () => {
    const runs = ['a', 'b', 'c', 'd'].map((runId) => begun({ runId }));
    const verdicts = runs.map((_run, index) =>
      classifyInQueue(job, capacity(node(3100)), { earlier: runs.slice(0, index), roomsAfter: [node(3100)] }),
    );
    expect(verdicts.map((verdict) => ('behind' in verdict ? verdict.behind : verdict.kind))).toEqual([
      'fits',
      'fits',
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]);
  });
});
