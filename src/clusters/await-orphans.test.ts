import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost, createHastyClock, type FakeHost } from '../../test/fakes/fake-host.js';
import { awaitOrphans } from './await-orphans.js';

function start(host: FakeHost, pid: number, ...argv: string[]): () => void {
  return startBelow('/', host, pid, ...argv);
}

function startBelow(root: string, { directories }: FakeHost, pid: number, ...argv: string[]): () => void {
  const folder = join(directories.system, 'proc', String(pid));
  mkdirSync(folder, { recursive: true });
  mkdirSync(directories.data, { recursive: true });
  symlinkSync(root, join(folder, 'root'));
  writeFileSync(join(folder, 'cmdline'), argv.map((word) => `${word}\0`).join(''));
  return () => {
    rmSync(folder, { recursive: true });
  };
}

describe('what a call that was killed had begun', () => {
  it.each([
    ['/tools/minikube', 'start', '-p', 'spark-dev', '--driver=docker'],
    ['minikube', 'delete', '-p', 'spark-dev'],
    ['docker', 'exec', '--interactive', 'spark-dev', 'tar', '--extract', '--file=-'],
  ])('is waited for, and named: %s %s', async (...argv) => {
    const host = createFakeHost();
    const end = start(host, 4711, ...argv);
    const waiting = awaitOrphans(host);
    await expect.poll(() => host.ui.lines).toEqual([expect.stringContaining('process 4711')]);
    end();
    await waiting;
    expect(host.ui.lines).toHaveLength(1);
  });

  it('nothing else is: what only looks, another profile, a shell that names it', async () => {
    const host = createFakeHost();
    start(host, 1, 'minikube', 'status', '-p', 'spark-dev');
    start(host, 2, 'minikube', 'start', '-p', 'theirs');
    start(host, 3, 'bash', '-c', 'minikube delete -p spark-dev');
    start(host, 4, 'docker', 'exec', 'spark-dev', 'nslookup');
    await awaitOrphans(host);
    expect(host.ui.lines).toEqual([]);
  });

  it('none that has another folder at the path of this home: one in a container, one of another user', async () => {
    const host = createFakeHost();
    const container = join(host.directories.working, 'container');
    mkdirSync(join(container, host.directories.data), { recursive: true });
    startBelow(container, host, 1, 'minikube', 'start', '-p', 'spark-dev');
    startBelow('/nobody/may/look', host, 2, 'minikube', 'start', '-p', 'spark-dev');
    await awaitOrphans(host);
    expect(host.ui.lines).toEqual([]);
  });

  it('one that hangs is an error that names it', async () => {
    const host = { ...createFakeHost(), clock: createHastyClock() };
    start(host, 4711, 'minikube', 'start', '-p', 'spark-dev');
    await expect(awaitOrphans(host)).rejects.toMatchObject({ code: 'LOCKED', fix: [expect.stringContaining('4711')] });
  });
});
