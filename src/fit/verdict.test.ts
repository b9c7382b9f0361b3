import { describe, expect, it } from 'vitest';
import type { NodeResources } from '../kube/node-resources.js';
import type { Resources } from '../kube/resources.js';
import type { JobShape } from './spark-pods.js';
import { classifyFit, type FitCapacity } from './verdict.js';

const node = (free: Resources, name = 'n'): NodeResources => ({ name, free, allocatable: free, capacity: free });
const ground = (free: Resources, host: Resources = { cpuMilli: 2000, memoryMb: 8192 }): FitCapacity => ({
  rooms: [node(free)],
  limit: free,
  host,
});
const pod = { heapMb: 512, cores: 1, requestMilli: 'fitted' } as const;
const small: JobShape = { language: 'jvm', driver: pod, executor: pod, executors: 1 };

describe('a job that fits', () => {
  it('asks for whole CPUs where there is room', () => {
    expect(classifyFit(small, ground({ cpuMilli: 4200, memoryMb: 6000 }))).toMatchObject({
      kind: 'fits',
      job: { driver: { requestMilli: 1000 }, executor: { requestMilli: 1000 } },
    });
  });

  it('leaves room for a second run at the same moment', () => {
    expect(classifyFit(small, ground({ cpuMilli: 1250, memoryMb: 5000 }))).toMatchObject({
      job: { driver: { requestMilli: 312 }, executor: { requestMilli: 312 } },
    });
  });

  it('takes the last thousandth and the last MiB', () => {
    expect(classifyFit(small, ground({ cpuMilli: 200, memoryMb: 1792 })).kind).toBe('fits');
    expect(classifyFit(small, ground({ cpuMilli: 199, memoryMb: 1792 })).kind).not.toBe('fits');
    expect(classifyFit(small, ground({ cpuMilli: 200, memoryMb: 1791 })).kind).not.toBe('fits');
  });

  it('needs room for the submit pod beside the driver alone', () => {
    const tiny: JobShape = { ...small, executor: { ...pod, overheadMb: 0, heapMb: 512 } };
    expect(classifyFit(tiny, ground({ cpuMilli: 2000, memoryMb: 896 + 512 })).kind).toBe('fits');
  });
});

describe('a job that does not fit', () => {
  const big: JobShape = { ...small, executor: { ...pod, heapMb: 2048 }, executors: 4 };

  it('can have a larger cluster where the host has it', () => {
    expect(
      classifyFit(big, ground({ cpuMilli: 1000, memoryMb: 6000 }, { cpuMilli: 2000, memoryMb: 16_384 })),
    ).toMatchObject({
      kind: 'grow',
      needs: { cpuMilli: 500, memoryMb: 896 + 4 * 2432 },
      grown: { cpus: 1, memoryMb: 10_752 },
      shrunk: { executors: 2, executor: { heapMb: 2048 } },
    });
  });

  it('has fewer executors where it has not', () => {
    expect(classifyFit(big, ground({ cpuMilli: 1000, memoryMb: 6000 }))).toMatchObject({
      kind: 'shrink',
      grown: undefined,
      shrunk: { executors: 2, executor: { heapMb: 2048 } },
    });
  });

  it('then a smaller one, then a smaller driver', () => {
    expect(classifyFit(big, ground({ cpuMilli: 1000, memoryMb: 3000 }))).toMatchObject({
      shrunk: { executors: 1, executor: { heapMb: 3000 - 896 - 384 } },
    });
    const wide: JobShape = { ...big, driver: { ...pod, heapMb: 4096 } };
    expect(classifyFit(wide, ground({ cpuMilli: 1000, memoryMb: 3000 }))).toMatchObject({
      shrunk: { executors: 1, executor: { heapMb: 512 }, driver: { heapMb: 3000 - 896 - 384 } },
    });
  });

  it('asks for less CPU and keeps its tasks, where it is CPU that lacks', () => {
    const busy: JobShape = { ...small, executor: { heapMb: 512, cores: 4 } };
    expect(classifyFit(busy, ground({ cpuMilli: 1000, memoryMb: 6000 }))).toMatchObject({
      kind: 'shrink',
      shrunk: { executors: 1, executor: { cores: 4, heapMb: 512, requestMilli: 250 } },
    });
  });

  it('keeps its CPU, where it is memory that lacks', () => {
    const busy: JobShape = { ...small, executor: { heapMb: 8192, cores: 1 } };
    expect(classifyFit(busy, ground({ cpuMilli: 2000, memoryMb: 6000 }))).toMatchObject({
      shrunk: { executor: { cores: 1 } },
    });
    const { shrunk } = classifyFit(busy, ground({ cpuMilli: 2000, memoryMb: 6000 })) as { shrunk: JobShape };
    expect(shrunk.executor.requestMilli).toBeUndefined();
  });

  it('is impossible where even the smallest does not fit and the host has no more', () => {
    expect(
      classifyFit(small, ground({ cpuMilli: 2000, memoryMb: 1000 }, { cpuMilli: 2000, memoryMb: 1500 })),
    ).toMatchObject({
      kind: 'impossible',
      most: { cpus: 2, memoryMb: 1350 },
    });
  });

  it('counts what runs beside it when it asks for a larger cluster', () => {
    const free = { cpuMilli: 1200, memoryMb: 1000 };
    const room: NodeResources = { ...node(free), allocatable: { cpuMilli: 2000, memoryMb: 4096 } };
    const facts = {
      rooms: [room],
      limit: { cpuMilli: 2000, memoryMb: 4096 },
      host: { cpuMilli: 4000, memoryMb: 16_384 },
    };
    expect(classifyFit(small, facts)).toMatchObject({ kind: 'grow', grown: { cpus: 2, memoryMb: 5120 } });
  });
});

describe('several nodes', () => {
  const free = { cpuMilli: 1000, memoryMb: 2000 };

  it('are not added up for one pod', () => {
    const wide: JobShape = { ...small, executor: { ...pod, heapMb: 2048 } };
    const rooms = [node(free, 'a'), node(free, 'b')];
    expect(classifyFit(wide, { rooms, limit: undefined, host: undefined }).kind).toBe('shrink');
  });

  it('hold a pod each', () => {
    const job: JobShape = { ...small, executor: { ...pod, heapMb: 1500 }, executors: 2 };
    const rooms = [node(free, 'a'), node(free, 'b'), node(free, 'c')];
    expect(classifyFit(job, { rooms, limit: undefined, host: undefined }).kind).toBe('fits');
    expect(classifyFit(job, { rooms: rooms.slice(1), limit: undefined, host: undefined }).kind).toBe('shrink');
  });
});
