import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeResources } from '../kube/node-resources.js';
import type { Resources } from '../kube/resources.js';
import { canPlace } from './placement.js';
import { sparkPods, type ExecutorShape, type JobShape } from './spark-pods.js';
import { classifyFit, growCapacity, type FitCapacity } from './verdict.js';

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const podShape: fc.Arbitrary<ExecutorShape> = fc
  .record({
    heapMb: fc.integer({ min: 512, max: 20_000 }),
    cores: fc.integer({ min: 1, max: 8 }),
    requestMilli: optional(fc.oneof(fc.constant('fitted' as const), fc.integer({ min: 1, max: 8000 }))),
    overheadMb: optional(fc.integer({ min: 0, max: 4000 })),
    overheadFactor: optional(fc.double({ min: 0, max: 1, noNaN: true })),
    minOverheadMb: optional(fc.integer({ min: 0, max: 1000 })),
    offHeapMb: optional(fc.integer({ min: 0, max: 2000 })),
    pysparkMb: optional(fc.integer({ min: 0, max: 2000 })),
  })
  .map(
    (pod) =>
      Object.fromEntries(Object.entries(pod).filter(([, value]) => value !== undefined)) as unknown as ExecutorShape,
  );
const jobShape: fc.Arbitrary<JobShape> = fc.record({
  language: fc.constantFrom('jvm', 'python', 'r'),
  driver: podShape,
  executor: podShape,
  executors: fc.integer({ min: 1, max: 12 }),
});
const room: fc.Arbitrary<Resources> = fc.record({
  cpuMilli: fc.integer({ min: 0, max: 16_000 }),
  memoryMb: fc.integer({ min: 0, max: 40_000 }),
});
const nodeRoom: fc.Arbitrary<NodeResources> = fc.tuple(room, room).map(([free, used]) => {
  const allocatable = { cpuMilli: free.cpuMilli + used.cpuMilli, memoryMb: free.memoryMb + used.memoryMb };
  return { name: 'n', free, allocatable, capacity: allocatable };
});
/** So large that about every second job that does not fit fits into all of it. */
const machine: fc.Arbitrary<Resources> = fc.record({
  cpuMilli: fc.integer({ min: 0, max: 128_000 }),
  memoryMb: fc.integer({ min: 0, max: 1_000_000 }),
});
const ground: fc.Arbitrary<FitCapacity> = fc.record({
  rooms: fc.array(nodeRoom, { minLength: 0, maxLength: 4 }),
  limit: fc.constant(undefined),
  host: optional(room),
});

const fits = (job: JobShape, facts: FitCapacity): boolean => classifyFit(job, facts).kind === 'fits';
const holds = <Values extends [unknown, ...unknown[]]>(
  arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  law: (...values: Values) => void,
): void => {
  fc.assert(
    fc.property(fc.tuple<Values>(...arbitraries), (values) => {
      law(...values);
    }),
    { numRuns: 2000 },
  );
};

describe('whatever the job and the cluster', () => {
  it('more room never makes a job unfit', () => {
    holds<[JobShape, FitCapacity, Resources]>([jobShape, ground, room], (job, facts, more) => {
      const wider = facts.rooms.map((one) => ({
        ...one,
        free: { cpuMilli: one.free.cpuMilli + more.cpuMilli, memoryMb: one.free.memoryMb + more.memoryMb },
      }));
      if (fits(job, facts)) expect(fits(job, { ...facts, rooms: wider })).toBe(true);
    });
  });

  it('one node more never makes a job unfit', () => {
    holds<[JobShape, FitCapacity, NodeResources]>([jobShape, ground, nodeRoom], (job, facts, more) => {
      if (fits(job, facts)) expect(fits(job, { ...facts, rooms: [more, ...facts.rooms] })).toBe(true);
    });
  });

  it('a smaller job never fits worse', () => {
    holds<[JobShape, FitCapacity]>([jobShape, ground], (job, facts) => {
      if (!fits(job, facts)) return;
      expect(fits({ ...job, executors: Math.max(1, job.executors - 1) }, facts)).toBe(true);
      expect(fits({ ...job, executor: { ...job.executor, heapMb: job.executor.heapMb - 1 } }, facts)).toBe(true);
    });
  });

  it('a job that fits keeps all it asked for, and fits as decided', () => {
    holds<[JobShape, FitCapacity]>([jobShape, ground], (job, facts) => {
      const verdict = classifyFit(job, facts);
      if (verdict.kind !== 'fits') return;
      const decided = verdict.job;
      expect(canPlace(sparkPods(decided), facts.rooms)).toBe(true);
      for (const role of ['driver', 'executor'] as const) {
        expect(decided[role].requestMilli).not.toBe('fitted');
        expect({ ...decided[role], requestMilli: 0 }).toEqual({ ...job[role], requestMilli: 0 });
      }
      expect(classifyFit(decided, facts)).toEqual({ kind: 'fits', job: decided });
    });
  });

  it('the shrunk job fits, is no larger, and stays as it is when asked again', () => {
    let seen = 0;
    holds<[JobShape, FitCapacity]>([jobShape, ground], (job, facts) => {
      const verdict = classifyFit(job, facts);
      if (verdict.kind === 'fits' || verdict.shrunk === undefined) return;
      seen++;
      const { shrunk } = verdict;
      expect(classifyFit(shrunk, facts)).toEqual({ kind: 'fits', job: shrunk });
      expect(shrunk.executors).toBeGreaterThanOrEqual(1);
      expect(shrunk.executors).toBeLessThanOrEqual(job.executors);
      expect(shrunk.executor.heapMb).toBeLessThanOrEqual(job.executor.heapMb);
      expect(shrunk.driver.heapMb).toBeLessThanOrEqual(job.driver.heapMb);
    });
    expect(seen).toBeGreaterThan(50);
  });

  it('the job fits into the grown cluster, and asks for no more than the host has', () => {
    let seen = 0;
    holds<[JobShape, NodeResources, Resources]>([jobShape, nodeRoom, machine], (job, one, host) => {
      const facts: FitCapacity = { rooms: [one], limit: undefined, host };
      const verdict = classifyFit(job, facts);
      if (verdict.kind === 'fits' || verdict.grown === undefined) return;
      seen++;
      expect(fits(job, growCapacity(facts, verdict.grown))).toBe(true);
      expect(verdict.grown.cpus * 1000).toBeLessThanOrEqual(host.cpuMilli);
      expect(verdict.grown.memoryMb).toBeLessThanOrEqual(host.memoryMb);
      expect(verdict.kind).toBe('grow');
    });
    expect(seen).toBeGreaterThan(50);
  });
});
