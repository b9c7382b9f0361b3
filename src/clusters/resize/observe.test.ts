import { expect, it } from 'vitest';
import { parseCgroup } from './observe.js';

const mebi = 1024 ** 2;

it('reads version 1', () => {
  const memory = '/sys/fs/cgroup/memory';
  const stdout = [
    `${memory}/memory.limit_in_bytes:${String(4096 * mebi)}`,
    `${memory}/memory.usage_in_bytes:${String(3000 * mebi)}`,
    `${memory}/memory.stat:inactive_file 12345`,
    `${memory}/memory.stat:total_inactive_file ${String(1200 * mebi)}`,
    `${memory}/memory.stat:total_active_file ${String(300 * mebi)}`,
    `${memory}/kubepods/memory.usage_in_bytes:${String(1400 * mebi)}`,
    `${memory}/kubepods/memory.stat:total_inactive_file ${String(400 * mebi)}`,
    '/sys/fs/cgroup/cpu/cpu.cfs_quota_us:200000',
    '/sys/fs/cgroup/cpu/cpu.cfs_period_us:100000',
  ].join('\n');
  expect(parseCgroup(stdout)).toEqual({
    limit: { cpuMilli: 2000, memoryMb: 4096 },
    usedMb: 1500,
    podsUsedMb: 1000,
  });
});

it('reads version 2', () => {
  const root = '/sys/fs/cgroup';
  const stdout = [
    `${root}/memory.max:${String(6144 * mebi)}`,
    `${root}/memory.current:${String(2000 * mebi)}`,
    `${root}/memory.stat:anon 1`,
    `${root}/memory.stat:inactive_file ${String(500 * mebi)}`,
    `${root}/kubepods.slice/memory.current:${String(900 * mebi)}`,
    `${root}/kubepods.slice/memory.stat:inactive_file ${String(100 * mebi)}`,
    `${root}/cpu.max:150000 100000`,
  ].join('\n');
  expect(parseCgroup(stdout)).toEqual({
    limit: { cpuMilli: 1500, memoryMb: 6144 },
    usedMb: 1500,
    podsUsedMb: 800,
  });
});

it.each([
  [
    'version 1',
    ['memory/memory.limit_in_bytes:9223372036854771712', 'cpu/cpu.cfs_quota_us:-1', 'cpu/cpu.cfs_period_us:100000'],
  ],
  ['version 2', ['memory.max:max', 'cpu.max:max 100000']],
])('no limit is 0 (%s)', (_name, lines) => {
  const stdout = lines.map((line) => `/sys/fs/cgroup/${line}`).join('\n');
  expect(parseCgroup(stdout).limit).toEqual({ cpuMilli: 0, memoryMb: 0 });
});
