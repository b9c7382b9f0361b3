import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recreationFolder } from '../../src/cluster/recreate/folder.js';
import { isKept, nameOf, withoutTraces, type KubeObject } from '../../src/cluster/recreate/objects.js';
import { recreateCluster } from '../../src/cluster/recreate/recreate-cluster.js';
import { isOpen } from '../../src/journal/journal.js';
import { createFilledMachine, type FilledMachine } from '../fakes/fake-content.js';
import { call } from './call.js';

const own = { 'app.kubernetes.io/managed-by': 'spark-dev' };

function claimOf(namespace: string, name: string): readonly KubeObject[] {
  const path = `/tmp/hostpath-provisioner/${namespace}/${name}`;
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace, labels: own, uid: `uid-of-${name}` },
      spec: { volumeName: `pvc-${namespace}-${name}` },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `pvc-${namespace}-${name}` },
      spec: { hostPath: { path } },
    },
  ];
}

const filling: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'spark', labels: own } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels: own } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
  ...claimOf('spark', 'spark-events'),
  ...claimOf('team', 'notes'),
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', namespace: 'team' }, data: { key: 'c2VudGluZWw=' } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'history', namespace: 'team', uid: 'old' },
    spec: { replicas: 3 },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', namespace: 'team' },
    spec: { suspend: false },
  },
];

const wish = { size: { cpus: 3, memoryMb: 6144 }, signal: new AbortController().signal };

/** All that is kept, the way it does not depend on the cluster it is in. */
function essence({ content }: FilledMachine): unknown {
  const kept = [...content.objects.values()].filter((object) => isKept(object, ['spark', 'team']));
  return {
    objects: kept
      .filter(({ kind }) => ['Secret', 'Deployment', 'CronJob', 'PersistentVolumeClaim'].includes(kind))
      .map(withoutTraces)
      .map((object) => [nameOf(object), object.kind === 'PersistentVolumeClaim' ? 'there' : object])
      .sort(),
    files: [...content.volumes].sort(),
    images: [...content.images].sort(),
  };
}

async function expectWhole(machine: FilledMachine, before: unknown): Promise<void> {
  expect(essence(machine)).toEqual(before);
  expect(await isOpen(machine.host, 'recreate-cluster')).toBe(false);
  expect(existsSync(recreationFolder(machine.host.directories).root)).toBe(false);
}

describe('recreating the cluster', () => {
  it('brings back objects, files, images and replicas in a cluster of the new size', async () => {
    const machine = await createFilledMachine(filling);
    const before = essence(machine);
    await recreateCluster(machine.host, wish);
    await expectWhole(machine, before);
    expect(machine.content).toMatchObject({ cpus: 3, memoryMb: 6144 });
    expect(machine.changes().join('\n')).not.toContain('c2VudGluZWw=');
  });
});

describe.each(['before', 'after'] as const)('killed %s a call', (when) => {
  it('converges with the next init, at each call', async () => {
    const whole = await createFilledMachine(filling);
    await recreateCluster(whole.host, wish);
    expect(whole.calls()).toBeGreaterThan(20);
    for (let call_ = 1; call_ <= whole.calls(); call_ += 1) {
      const machine = await createFilledMachine(filling);
      const before = essence(machine);
      const killed = machine.killAt(call_, when);
      await Promise.race([killed, recreateCluster(machine.host, wish)]);
      machine.revive();
      const next = await call(['init', '--yes', '--no-verify'], { host: machine.host });
      expect(next.exitCode, `call ${String(call_)}: ${next.stderr}`).toBe(0);
      await expectWhole(machine, before);
    }
  });
});
