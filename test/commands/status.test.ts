import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { call } from './call.js';
import { readResult } from './envelope.js';

const record = { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' };

async function status(...wish: Parameters<typeof createFakeMachine>): Promise<Awaited<ReturnType<typeof call>>> {
  return call(['status'], { host: (await createFakeMachine(...wish)).host });
}

describe('status', () => {
  it('of a cluster that is ready', async () => {
    const { stdout, exitCode } = await status({ record });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'docker     20.10.24, answers',
      'tools      all there',
      'cluster    running (v1.34.4, 2 CPUs and 6.0 GB, spark-dev/node:v1.34.4-000000000001)',
      expect.stringMatching(/^node {7}spark-dev: ready, 2 CPUs and \d\.\d GB for pods$/),
      'spark      spark-dev/spark:4.3.0-abc',
    ]);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Ready: spark-dev run sparkpi');
  });

  it.each([
    ['no cluster', { profile: 'absent' as const }, /^cluster {4}absent$/m],
    ['a stopped one', { profile: 'stopped' as const }, /^cluster {4}stopped \(v1\.34\.4/m],
    ['no Docker', { docker: 'absent' as const, profile: 'absent' as const }, /^docker {5}absent$/m],
    ['Docker that does not answer', { docker: 'silent' as const, profile: 'absent' as const }, /^docker {5}silent$/m],
    ['an init that was cut short', { objects: false }, /^missing {4}serviceaccount\/spark, role\/spark/m],
  ])('%s is an answer and no failure', async (_name, wish, line) => {
    const { stdout, exitCode } = await status(wish);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(line);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Not ready: spark-dev init --yes');
  });

  it('Kubernetes that does not answer although minikube says that it runs', async () => {
    expect((await status({ apiAnswers: false })).stdout).toMatch(/^kubernetes does not answer$/m);
  });

  it('--json holds the same facts', async () => {
    const { host } = await createFakeMachine({ record });
    const { stdout } = await call(['status', '--json'], { host });
    expect(readResult(stdout)).toMatchObject({
      ready: true,
      context: 'spark-dev',
      namespace: 'spark',
      engine: { state: 'answers', version: '20.10.24' },
      profile: { state: 'running', facts: { cpus: 2, memoryMb: 6144 } },
      inside: { nodes: [{ name: 'spark-dev', ready: true }], objects: { missing: [], record } },
      userEntry: { state: 'absent' },
    });
  });

  it('names a directory in KUBECONFIG, and a file that cannot be read', async () => {
    const machine = await createFakeMachine({ record });
    const { userHome } = machine.host.directories;
    mkdirSync(join(userHome, 'folder'), { recursive: true });
    writeFileSync(join(userHome, 'broken'), Buffer.from([0xff]));
    const env = { ...machine.host.env, KUBECONFIG: ['folder', 'broken'].map((name) => join(userHome, name)).join(':') };
    const { stdout, exitCode } = await call(['status'], { host: { ...machine.host, env } });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^kubeconfig .*broken cannot be read: /m);
    expect(stdout).toMatch(/^kubeconfig .*folder in KUBECONFIG: it is a directory/m);
  });

  it('changes nothing', async () => {
    const machine = await createFakeMachine();
    await call(['status'], { host: machine.host });
    expect(machine.changes()).toEqual([]);
  });
});
