import { describe, expect, it } from 'vitest';
import { describeSize, fitClusterSize } from './size.js';

describe('the size of the cluster', () => {
  it.each([
    ['the smallest machine that minikube takes', 2, 8192, 2, 6144, 'memory=2048Mi'],
    ['three CPUs leave one for the user', 3, 16_384, 2, 6144, 'cpu=1,memory=10240Mi'],
    ['the recommended size on a large machine', 16, 65_536, 5, 6144, 'cpu=11,memory=59392Mi'],
    ['three quarters of the memory at the most', 8, 6144, 5, 4608, 'cpu=3,memory=1536Mi'],
  ])('%s', (_name, hostCpus, hostMemoryMb, cpus, memoryMb, reserved) => {
    expect(fitClusterSize({ cpus: hostCpus, memoryMb: hostMemoryMb })).toMatchObject({ cpus, memoryMb, reserved });
  });

  it('warns when it is less than Spark asks for, and only then', () => {
    expect(fitClusterSize({ cpus: 2, memoryMb: 24_000 }).warning).toMatch(/3 CPUs and 4.0 GB/);
    expect(fitClusterSize({ cpus: 8, memoryMb: 4096 }).warning).toMatch(/5 CPUs and 3.0 GB/);
    expect(fitClusterSize({ cpus: 4, memoryMb: 16_384 }).warning).toBeUndefined();
  });

  it('takes an explicit wish as it is', () => {
    expect(fitClusterSize({ cpus: 8, memoryMb: 16_384 }, { cpus: 8, memoryMb: 15_000 })).toMatchObject({
      cpus: 8,
      memoryMb: 15_000,
      reserved: 'memory=1384Mi',
    });
  });

  it.each([
    ['a machine with one CPU', { cpus: 1, memoryMb: 16_384 }, {}],
    ['a machine with 2 GB', { cpus: 4, memoryMb: 2048 }, {}],
    ['more CPUs than there are', { cpus: 4, memoryMb: 16_384 }, { cpus: 5 }],
    ['more memory than there is', { cpus: 4, memoryMb: 16_384 }, { memoryMb: 20_000 }],
    ['less than minikube takes', { cpus: 4, memoryMb: 16_384 }, { cpus: 1 }],
    ['512 MB', { cpus: 4, memoryMb: 16_384 }, { memoryMb: 512 }],
  ])('refuses %s', (_name, host, request) => {
    expect(() => fitClusterSize(host, request)).toThrow(
      expect.objectContaining({ code: 'RESOURCES_SHORT', exitCode: 6 }) as Error,
    );
  });

  it('reserves nothing when the cluster has the whole machine', () => {
    expect(describeSize({ cpus: 4, memoryMb: 8192 }, { cpus: 4, memoryMb: 8192 }).reserved).toBe('');
  });
});
