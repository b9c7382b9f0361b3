import { expect, it } from 'vitest';
import { explainSize, ofDesktop } from '../explain-size.js';
import { readConfigured } from './size.js';
import type { ObservedDesktop } from './machine.js';

const computer = { cpus: 16, memoryMb: 32_768, os: 'darwin' as NodeJS.Platform };
const stored = (cpus?: number, memoryMb?: number, wslEngine = false): ObservedDesktop['settings'] => ({
  path: '/settings-store.json',
  text: '{}',
  size: { cpus, memoryMb, kubernetes: true, wslEngine },
});
const wsl = (cpus?: number, memoryMb?: number): ObservedDesktop['wsl'] => ({
  path: '/.wslconfig',
  text: '',
  size: { cpus, memoryMb },
});

it.each([
  ['both figures', { settings: stored(4, 8192), wsl: undefined }, 'darwin', [4, 8192]],
  [
    'absent keys: its defaults, which nobody guesses',
    { settings: stored(), wsl: undefined },
    'darwin',
    [undefined, undefined],
  ],
  ['.wslconfig alone with WSL 2', { settings: stored(4, 8192, true), wsl: wsl(6, 4096) }, 'win32', [6, 4096]],
  ['its documented defaults', { settings: stored(4, 8192, true), wsl: wsl() }, 'win32', [16, 16_384]],
  [
    'from inside WSL the computer is not seen',
    { settings: stored(4, 8192, true), wsl: wsl() },
    'linux',
    [undefined, undefined],
  ],
] as const)('%s', (_what, facts, os, [cpus, memoryMb]) => {
  expect(readConfigured(facts, { ...computer, os })).toMatchObject({ cpus, memoryMb });
});

it('is not known where Docker Desktop was never set up', () => {
  expect(readConfigured({ settings: undefined, wsl: undefined }, computer)).toBeUndefined();
});

const room = (cpus: number, memoryMb: number) => ({ cpuMilli: cpus * 1000, memoryMb });

it.each([
  ['what its kernel keeps is no difference', room(4, 8192), room(4, 7837), []],
  [
    'set and not yet started again',
    room(8, 16_384),
    room(4, 7837),
    [/virtual machine's 4 CPUs and 7\.7 GB count, not the 8 CPUs/],
  ],
])('%s', (_what, configured, limit, notes) => {
  const node = { capacity: limit, allocatable: limit };
  const facts = { configured, limit, node, free: undefined, host: undefined, rooms: [] };
  expect(explainSize(facts, ofDesktop).notes).toEqual(notes.map((one) => expect.stringMatching(one) as string));
});
