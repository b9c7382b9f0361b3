import { describe, expect, it } from 'vitest';
import { hasTarget, planDesktopResize } from './plan-resize.js';
import type { ObservedDesktop } from './machine.js';

const host = { cpus: 8, memoryMb: 16_384 };
const said = { cpus: 4, memoryMb: 8092, kubernetes: true, wslEngine: false };
const facts: ObservedDesktop = {
  context: 'desktop-linux',
  settings: { path: '/s/settings-store.json', text: '{"Cpus": 4, "MemoryMiB": 8092}', size: said },
  wsl: undefined,
  machine: { cpus: 4, memoryMb: 7889, version: '28.5.1' },
  containers: ['postgres'],
  hasCommandLine: true,
  unfinished: false,
};
const wsl = {
  path: 'C:\\Users\\ada\\.wslconfig',
  text: '[wsl2]\nmemory=8GB\n',
  size: { cpus: undefined, memoryMb: 8192 },
};

describe('the plan of a Docker Desktop resize', () => {
  it('edits between stop and start, and names what stops', () => {
    const plan = planDesktopResize(facts, { cpus: 6 }, host);
    expect(plan.steps.map(({ id }) => id)).toEqual(['stop', 'backup', 'edit', 'start', 'verify']);
    expect(plan.edit?.after).toBe('{"Cpus": 6, "MemoryMiB": 8092}');
    expect(plan.stops).toEqual(['postgres']);
    expect(plan.target).toEqual({ cpus: 6, memoryMb: 7889 });
  });

  it('has nothing to do where the figures stand already', () => {
    expect(planDesktopResize(facts, { cpus: 4, memoryMb: 8092 }, host).steps).toEqual([]);
  });

  it('goes through all of it again where an earlier one was cut short', () => {
    const steps = planDesktopResize({ ...facts, unfinished: true }, { cpus: 4 }, host).steps;
    expect(steps.map(({ id }) => id)).toEqual(['stop', 'backup', 'edit', 'start', 'verify']);
  });

  it('leaves wsl --shutdown to the person, because it ends every distribution', () => {
    const plan = planDesktopResize({ ...facts, wsl }, { memoryMb: 10_240 }, host);
    expect(plan.steps.map(({ id }) => id)).toEqual(['backup', 'edit', 'ask']);
    expect(plan.steps.flatMap(({ commands }) => commands)).toEqual([]);
    expect(plan.edit).toEqual({ path: wsl.path, before: wsl.text, after: '[wsl2]\nmemory=10240MB\n' });
  });

  it.each([{ cpus: 9 }, { memoryMb: 13_108 }, { cpus: 1, memoryMb: 99_999 }])('refuses %j on this host', (request) => {
    expect(() => planDesktopResize(facts, request, host)).toThrow(/has only 8 CPUs/);
  });

  it('takes the largest size that starts', () => {
    expect(planDesktopResize(facts, { cpus: 8, memoryMb: 13_107 }, host).steps).not.toEqual([]);
  });

  it('is refused without settings or without a command line', () => {
    expect(() => planDesktopResize({ ...facts, settings: undefined }, { cpus: 6 }, host)).toThrow(/no settings/);
    expect(() => planDesktopResize({ ...facts, hasCommandLine: false }, { cpus: 6 }, host)).toThrow(
      /no command to stop and start/,
    );
  });

  it('takes a machine for right that lacks what its kernel keeps, and no other', () => {
    expect(hasTarget({ cpus: 6, memoryMb: 9984 }, { cpus: 6, memoryMb: 10_240 })).toBe(true);
    expect(hasTarget({ cpus: 4, memoryMb: 9984 }, { cpus: 6, memoryMb: 10_240 })).toBe(false);
    expect(hasTarget({ cpus: 6, memoryMb: 7889 }, { cpus: 6, memoryMb: 10_240 })).toBe(false);
    expect(hasTarget({ cpus: 6, memoryMb: 12_000 }, { memoryMb: 10_240 })).toBe(false);
  });
});
