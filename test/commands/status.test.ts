import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { listInside } from '../fakes/fake-node.js';
import { call } from '../worlds/call.js';
import { readResult } from '../worlds/envelope.js';

const record = { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' };

async function status(...request: Parameters<typeof createFakeMachine>): Promise<Awaited<ReturnType<typeof call>>> {
  return call(['status'], { host: (await createFakeMachine(...request)).host });
}

describe('status', () => {
  it('of a cluster that is ready', async () => {
    const { kube } = createFakeCluster({ list: (resource) => listInside(resource, { objects: true, record }) });
    const { stdout, exitCode } = await status({ record }, { kube: () => Promise.resolve(kube) });
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'docker       20.10.24, answers',
      'tools        all present',
      'cluster      spark-dev: running (minikube on docker, runtime docker, Kubernetes v1.34.4)',
      "size         1 CPU below Spark's minimum (3 CPUs and 4.0 GB; recommended 5 CPUs and 6.0 GB): keep jobs small",
      '  configured 2 CPUs and 6.0 GB',
      '  container  2 CPUs and 6.0 GB',
      '  node       2 CPUs and 5.9 GB',
      '  free       2 CPUs and 5.9 GB',
      '  host       4 CPUs and 16.0 GB',
      "  !          The node's 5.9 GB (not 6.0 GB) count: the scheduler uses no more, although the container has it",
      'spark        spark-dev/spark:4.3.0-abc',
      expect.stringContaining('has no context spark-dev'),
      'Ready: spark-dev run sparkpi',
    ]);
  });

  it('is the same as cluster status', async () => {
    const { host } = await createFakeMachine({ record });
    const [short, long] = [await call(['status'], { host }), await call(['cluster', 'status'], { host })];
    expect(long.exitCode).toBe(0);
    expect(long.stdout).toBe(short.stdout);
  });

  it.each([
    ['no cluster', { profile: 'absent' as const }, /^cluster {6}absent$/m],
    ['a stopped one', { profile: 'stopped' as const }, /^cluster {6}spark-dev: stopped \(minikube/m],
    ['no Docker', { docker: 'absent' as const, profile: 'absent' as const }, /^docker {7}absent$/m],
    ['Docker that does not answer', { docker: 'silent' as const, profile: 'absent' as const }, /^docker {7}silent$/m],
    ['an init that was cut short', { objects: false }, /^missing {6}serviceaccount\/spark, role\/spark/m],
  ])('%s is an answer and no failure', async (_name, request, line) => {
    const { stdout, exitCode } = await status(request);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(line);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Not ready: spark-dev init --yes');
  });

  it('Kubernetes that does not answer although minikube says that it runs', async () => {
    expect((await status({ apiAnswers: false })).stdout).toMatch(/^kubernetes {3}does not answer$/m);
  });

  it('--json holds the same facts', async () => {
    const { host } = await createFakeMachine({ record });
    const { stdout } = await call(['status', '--json'], { host });
    expect(readResult(stdout)).toMatchObject({
      ready: true,
      context: 'spark-dev',
      namespace: 'spark',
      engine: { state: 'answers', version: '20.10.24' },
      provider: 'minikube',
      profile: { state: 'running', facts: { cpus: 2, memoryMb: 6144, driver: 'docker', containerRuntime: 'docker' } },
      size: { configured: { cpuMilli: 2000, memoryMb: 6144 }, limit: { cpuMilli: 2000, memoryMb: 6144 } },
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

  it('asks nothing twice, and does not call minikube while Kubernetes answers', async () => {
    const { host } = await createFakeMachine({ record }, { kube: () => Promise.resolve(createFakeCluster().kube) });
    expect((await call(['status'], { host })).stdout).toContain('spark-dev: running');
    // the version of an unchanged file is asked for only once
    const asked = host.runner.calls.map(({ argv }) => argv.join(' ')).filter((line) => !/ version| config /.test(line));
    expect(asked).toEqual([...new Set(asked)]);
    expect(asked.filter((line) => /^\S*minikube /.test(line))).toEqual([]);
  });

  it('changes nothing', async () => {
    const machine = await createFakeMachine();
    await call(['status'], { host: machine.host });
    expect(machine.changes()).toEqual([]);
  });
});
