import { describe, expect, it } from 'vitest';
import { offerSizes, preferredOffer } from './resize.js';

const small = {
  host: { cpus: 8, memoryMb: 32_000 },
  configured: { cpus: 2, memoryMb: 2048, reserved: '' },
  limit: { cpuMilli: 2000, memoryMb: 2048, withSwap: 'same' as const },
  inUse: undefined,
};

describe('the sizes offered', () => {
  it('from the one that is there to most of the machine, each with its reason', () => {
    expect(offerSizes(small)).toEqual([
      { cpus: 2, memoryMb: 2048, reason: 'current size' },
      { cpus: 3, memoryMb: 4096, reason: "Spark's minimum" },
      { cpus: 5, memoryMb: 6144, reason: 'enough for a driver and executors' },
      { cpus: 8, memoryMb: 23_552, reason: "three quarters of this machine's memory" },
    ]);
    expect(preferredOffer(offerSizes(small), { cpus: 2, memoryMb: 2048 })).toMatchObject({ memoryMb: 4096 });
  });

  it('each once, and no more CPUs than there are', () => {
    const offers = offerSizes({
      ...small,
      host: { cpus: 2, memoryMb: 8192 },
      limit: { cpuMilli: 2000, memoryMb: 6144, withSwap: 'same' },
    });
    expect(offers).toEqual([
      { cpus: 2, memoryMb: 4096, reason: "Spark's minimum" },
      { cpus: 2, memoryMb: 6144, reason: 'current size' },
    ]);
  });

  it('none that would be refused for what is in use', () => {
    const inUse = { requests: { cpuMilli: 850, memoryMb: 4000 }, usedMb: 3000, ownMb: 400 };
    const now = { cpuMilli: 2000, memoryMb: 5000, withSwap: 'same' } as const;
    expect(offerSizes({ ...small, limit: now, inUse }).map(({ memoryMb }) => memoryMb)).toEqual([5000, 6144, 23_552]);
  });
});
