import { describe, expect, it } from 'vitest';
import { sparkPods, type ExecutorShape, type JobLanguage, type PodShape } from './spark-pods.js';

const job = (language: JobLanguage, executor: Partial<ExecutorShape>, driver: Partial<PodShape> = {}) =>
  sparkPods({
    language,
    driver: { heapMb: 1024, cores: 1, ...driver },
    executor: { heapMb: 1024, cores: 1, ...executor },
    executors: 1,
  });

describe('the memory of a pod', () => {
  it.each<[string, JobLanguage, Partial<ExecutorShape>, number]>([
    ['a small heap gets the minimum', 'jvm', { heapMb: 512 }, 896],
    ['the last one to get it', 'jvm', { heapMb: 3849 }, 3849 + 384],
    ['a tenth from there on, without the fraction', 'jvm', { heapMb: 3859 }, 3859 + 385],
    ['Python has four tenths', 'python', { heapMb: 1024 }, 1024 + 409],
    ['and the same minimum', 'python', { heapMb: 512 }, 896],
    ['R as well', 'r', { heapMb: 2048 }, 2048 + 819],
    ['a factor of its own', 'jvm', { heapMb: 4096, overheadFactor: 0.25 }, 5120],
    ['an overhead said in MiB counts alone, below the minimum too', 'python', { overheadMb: 100 }, 1124],
    ['a minimum of its own', 'jvm', { minOverheadMb: 0 }, 1024 + 102],
    ['off-heap memory on top', 'jvm', { offHeapMb: 300 }, 1024 + 384 + 300],
    ['Python workers on top', 'python', { pysparkMb: 200 }, 1024 + 409 + 200],
    ['and for Python alone', 'jvm', { pysparkMb: 200 }, 1024 + 384],
  ])('%s', (_title, language, executor, memoryMb) => {
    const { requests, limits } = job(language, executor).executor;
    expect(requests.memoryMb).toBe(memoryMb);
    expect(limits.memoryMb).toBe(memoryMb);
  });

  it('a driver counts neither off-heap nor Python memory', () => {
    expect(job('python', { offHeapMb: 300, pysparkMb: 200 }).driver.requests.memoryMb).toBe(1024 + 409);
  });
});

describe('the CPU of a pod', () => {
  it.each<[string, Partial<PodShape>, number]>([
    ['its cores', { cores: 2 }, 2000],
    ['a request of its own', { cores: 2, requestMilli: 300 }, 300],
    ['the least while it is open', { cores: 2, requestMilli: 'fitted' }, 100],
  ])('%s', (_title, driver, cpuMilli) => {
    expect(job('jvm', {}, driver).driver.requests.cpuMilli).toBe(cpuMilli);
  });

  it('has no limit but one that was said', () => {
    expect(job('jvm', {}).driver.limits).toEqual({ memoryMb: 1408 });
    expect(job('jvm', {}, { limitMilli: 1500 }).driver.limits.cpuMilli).toBe(1500);
  });
});
