import { expect, it } from 'vitest';
import { parseNodeContainer, updateLimitArgv } from './node-container.js';

const gibi = 1024 ** 3;
const none = { NanoCpus: 0, CpuQuota: 0, CpuPeriod: 0, Memory: 0, MemorySwap: 0 };

it.each([
  [
    { NanoCpus: 2e9, Memory: 6 * gibi, MemorySwap: 12 * gibi },
    { cpuMilli: 2000, memoryMb: 6144, withSwap: 'double' },
  ],
  [
    { CpuQuota: 150_000, Memory: 6 * gibi, MemorySwap: 6 * gibi },
    { cpuMilli: 1500, memoryMb: 6144, withSwap: 'same' },
  ],
  [
    { CpuQuota: 50_000, CpuPeriod: 50_000, Memory: gibi, MemorySwap: -1 },
    { cpuMilli: 1000, memoryMb: 1024, withSwap: 'unlimited' },
  ],
  [{}, { cpuMilli: 0, memoryMb: 0, withSwap: 'same' }],
])('what Docker says: %j', (said, limit) => {
  expect(parseNodeContainer(`running ${JSON.stringify({ ...none, ...said })}`)).toEqual({ state: 'running', limit });
});

it.each([
  ['running', 'running'],
  ['paused', 'paused'],
  ['exited', 'stopped'],
  ['created', 'stopped'],
])('%s is %s', (said, state) => {
  expect(parseNodeContainer(`${said} {"Memory":6442450944}`)).toMatchObject({ state, limit: { memoryMb: 6144 } });
});

it.each([
  ['same', '4096m'],
  ['double', '8192m'],
  ['unlimited', '-1'],
] as const)('keeps the swap %s beside the memory', (withSwap, inTotal) => {
  const argv = updateLimitArgv({ cpus: 2, memoryMb: 4096 }, withSwap);
  expect(argv.join(' ')).toBe(`docker update --cpus 2 --memory 4096m --memory-swap ${inTotal} spark-dev`);
});
