import { describe, expect, it } from 'vitest';
import { fitRequests, freeRoom, podMemoryMb } from './fit.js';

const wish = { driverHeapMb: 512, executorHeapMb: 512, executors: 1 };

describe('freeRoom', () => {
  it('is allocatable less the requests of pods that have not ended', () => {
    const pod = (phase: string) => ({
      status: { phase },
      spec: { containers: [{ name: 'c', resources: { requests: { cpu: '250m', memory: '100Mi' } } }] },
    });
    const nodes = [{ status: { allocatable: { cpu: '2', memory: '6000Mi' } } }];
    expect(freeRoom(nodes, [pod('Running'), pod('Pending'), pod('Succeeded'), pod('Failed')])).toEqual({
      cpuMilli: 1500,
      memoryMb: 5800,
    });
  });
});

describe('fitRequests', () => {
  it('asks for whole CPUs where there is room', () => {
    expect(fitRequests(wish, { cpuMilli: 4200, memoryMb: 6000 }).driverCpuMilli).toBe(1000);
  });

  it('leaves room for a second run at the same moment', () => {
    const free = { cpuMilli: 1250, memoryMb: 5000 };
    const { driverCpuMilli, executorCpuMilli } = fitRequests(wish, free);
    expect(driverCpuMilli).toBe(262);
    expect(2 * (100 + driverCpuMilli + executorCpuMilli)).toBeLessThanOrEqual(free.cpuMilli);
  });

  it.each([
    ['CPU', { cpuMilli: 299, memoryMb: 6000 }],
    ['memory', { cpuMilli: 4000, memoryMb: 512 + 2 * podMemoryMb(512) - 1 }],
  ])('says what is missing when there is too little %s', (_what, free) => {
    expect(() => fitRequests(wish, free)).toThrow(
      expect.objectContaining({ code: 'RESOURCES_SHORT', exitCode: 6 }) as Error,
    );
  });

  it('takes the last millicore and MiB', () => {
    expect(() => fitRequests(wish, { cpuMilli: 300, memoryMb: 512 + 2 * podMemoryMb(512) })).not.toThrow();
  });
});
