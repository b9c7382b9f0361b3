import type { HostCapacity } from '../../src/kube/size.js';
import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { planDesktopResize } from '../../src/clusters/docker-desktop/plan-resize.js';
import { applyDesktopResize } from '../../src/clusters/docker-desktop/resize.js';
import { SparkDevError } from '../../src/errors/spark-dev-error.js';
import { createFakeDesktop, removeFakeDesktops, type FakeDesktop } from '../fakes/fake-docker-desktop.js';
import { observeDesktop, backupOf } from '../../src/clusters/docker-desktop/machine.js';

afterAll(removeFakeDesktops);

const stored =
  '{\n  "AutoStart": false,\n  "Cpus": 4,\n  "MemoryMiB": 8092,\n  "SomethingNew": { "deep": [1, 2] }\n}\n';
const signal = new AbortController().signal;

async function resize({ host }: FakeDesktop, request: Partial<HostCapacity>): Promise<void> {
  const facts = await observeDesktop(host);
  await applyDesktopResize(host, facts, planDesktopResize(facts, request, host.platform), request, signal);
}

async function failureOf(work: Promise<unknown>): Promise<SparkDevError> {
  const thrown: unknown = await work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (thrown instanceof SparkDevError) return thrown;
  throw thrown;
}

describe('Docker Desktop, as a program that keeps its documented habits', () => {
  it('is observed: settings, the machine behind it, and what runs in it', async () => {
    const { host, settings } = createFakeDesktop({ settings: stored });
    expect(await observeDesktop(host)).toEqual({
      context: 'desktop-linux',
      settings: {
        path: settings,
        text: stored,
        size: { cpus: 4, memoryMb: 8092, kubernetes: false, wslEngine: false },
      },
      wsl: undefined,
      machine: { cpus: 4, memoryMb: 7889, version: '28.5.1' },
      containers: ['postgres', 'redis'],
      hasCommandLine: true,
      unfinished: false,
    });
  });

  it('gets a new size between stop and start, and keeps what we do not know', async () => {
    const desktop = createFakeDesktop({ settings: stored });
    await resize(desktop, { cpus: 6, memoryMb: 10_240 });
    expect(JSON.parse(readFileSync(desktop.settings, 'utf8'))).toEqual({
      AutoStart: false,
      Cpus: 6,
      MemoryMiB: 10_240,
      SomethingNew: { deep: [1, 2] },
    });
    expect((await observeDesktop(desktop.host)).machine).toEqual({ cpus: 6, memoryMb: 9984, version: '28.5.1' });
    expect(existsSync(backupOf(desktop.settings))).toBe(false);
    const order = desktop.calls().filter((call) => /^desktop st/.test(call));
    expect(order).toEqual(['desktop stop --timeout 120', 'desktop start --timeout 300']);
  });

  it('writes the older file in its own style and leaves mode and symbolic link alone', async () => {
    const desktop = createFakeDesktop({
      settings: '{\n  "cpus": 4,\n  "memoryMiB": 2048\n}',
      fileName: 'settings.json',
    });
    const real = `${desktop.settings}.dotfiles`;
    renameSync(desktop.settings, real);
    symlinkSync(real, desktop.settings);
    chmodSync(real, 0o640);
    await resize(desktop, { memoryMb: 4096 });
    expect(readFileSync(real, 'utf8')).toBe('{\n  "cpus": 4,\n  "memoryMiB": 4096\n}');
    expect(lstatSync(desktop.settings).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o640);
  });

  it('comes back with the old size when it does not start with the new one', async () => {
    const desktop = createFakeDesktop({ settings: stored, platform: { memoryMb: 32_768 } });
    const error = await failureOf(resize(desktop, { memoryMb: 20_480 }));
    expect(error.code).toBe('RESOURCES_SHORT');
    expect(error.what).toContain('it runs with the old one again');
    expect(JSON.parse(readFileSync(desktop.settings, 'utf8'))).toEqual(JSON.parse(stored));
    expect((await observeDesktop(desktop.host)).machine?.memoryMb).toBe(7889);
    expect(existsSync(backupOf(desktop.settings))).toBe(false);
  });

  it('comes back too when it starts and keeps its old size', async () => {
    const desktop = createFakeDesktop({ settings: stored, behaviour: 'stubborn' });
    const error = await failureOf(resize(desktop, { cpus: 6 }));
    expect(error.code).toBe('RESOURCES_SHORT');
    expect(readFileSync(desktop.settings, 'utf8')).toContain('"Cpus": 4');
  });

  it('says where both files lie when it comes back with neither size', async () => {
    const desktop = createFakeDesktop({ settings: stored, behaviour: 'deaf' });
    const error = await failureOf(resize(desktop, { cpus: 6 }));
    expect(error.code).toBe('ENGINE_SILENT');
    expect(error.fix.join(' ')).toContain(desktop.settings);
  });

  it('is started when it was not running', async () => {
    const desktop = createFakeDesktop({ settings: stored, runs: false });
    await resize(desktop, { cpus: 6 });
    expect((await observeDesktop(desktop.host)).machine?.cpus).toBe(6);
  });

  it('goes on where an earlier call was cut short, and keeps the first copy as the way back', async () => {
    const desktop = createFakeDesktop({ settings: stored, runs: false });
    writeFileSync(backupOf(desktop.settings), stored);
    writeFileSync(desktop.settings, stored.replace('"Cpus": 4', '"Cpus": 6'));
    await resize(desktop, { cpus: 6 });
    expect((await observeDesktop(desktop.host)).machine?.cpus).toBe(6);
    expect(existsSync(backupOf(desktop.settings))).toBe(false);
  });

  it('is not touched where it has no command line', async () => {
    const desktop = createFakeDesktop({ settings: stored, behaviour: 'old' });
    const error = await failureOf(resize(desktop, { cpus: 6 }));
    expect(error.code).toBe('PREREQUISITE_MISSING');
    expect(readFileSync(desktop.settings, 'utf8')).toBe(stored);
  });

  it('is not touched when its settings are broken, and says where', async () => {
    const broken = '{\n  "Cpus": 4,\n  "MemoryMiB": \n}';
    const desktop = createFakeDesktop({ settings: broken });
    const error = await failureOf(resize(desktop, { cpus: 6 }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.why).toContain('line 4');
    expect(readFileSync(desktop.settings, 'utf8')).toBe(broken);
  });
});
