import { beforeAll, describe, expect, it } from 'vitest';
import { describeClusterState } from '../../src/clusters/prepare/desired.js';
import type { Host } from '../../src/ports/host.js';
import { requirePrepared } from '../cluster/prepared-cluster.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { call } from '../worlds/call.js';
import { observeMinikube, type MinikubeStatus } from '../../src/clusters/minikube/observe.js';
import { findPreparedCluster } from '../../src/clusters/providers.js';
import { planMinikube } from '../../src/clusters/minikube/plan.js';
import type { Preparation } from '../../src/clusters/prepare/plan.js';
import { parseCpuMilli, parseMemoryMb } from '../../src/kube/resources.js';

/** The fake machine after an init of its own, and the real one after a real init: both must say the same. */
const machines: readonly (readonly [string, () => Promise<Host>])[] = [
  [
    'fake',
    async () => {
      const machine = await createFakeMachine({ profile: 'absent', objects: false, sparkImageInCluster: false });
      await call(['init', '--yes', '--no-verify'], { host: machine.host });
      expect(machine.state.record).toMatchObject({ sparkImage: describeClusterState(machine.parts, '')['sparkImage'] });
      return machine.host;
    },
  ],
  ['real', async () => (await requirePrepared()).host],
];

describe.each(machines)('a cluster that init made (%s)', (_name, open) => {
  const { signal } = new AbortController();
  let host: Host;
  let seen: MinikubeStatus;
  let planned: Preparation;

  beforeAll(async () => {
    host = await open();
    ({ seen } = await observeMinikube(host, signal));
    planned = await planMinikube(host, { size: {}, signal });
  }, 60_000);

  it('runs, whole, with its record', () => {
    expect(seen).toMatchObject({ engine: { state: 'answers' }, missingTools: [], profile: { state: 'running' } });
    expect(seen.inside?.objects.missing).toEqual([]);
    expect(seen.inside?.objects.record).toMatchObject({ kubernetesVersion: 'v1.34.4' });
  });

  it('offers pods what it was given and no more: not what the machine has', () => {
    const [node] = seen.inside?.nodes ?? [];
    const given = seen.profile.facts;
    expect(node?.ready).toBe(true);
    expect(parseCpuMilli(node?.allocatableCpu)).toBe((given?.cpus ?? 0) * 1000);
    const offeredMb = parseMemoryMb(node?.allocatableMemory);
    expect(offeredMb).toBeLessThanOrEqual(given?.memoryMb ?? 0);
    expect(offeredMb).toBeGreaterThan((given?.memoryMb ?? 0) * 0.9);
  });

  it('leaves init nothing to do but update the kubeconfig of the user', () => {
    expect(planned.steps.map(({ id }) => id).filter((id) => id !== 'kubeconfig')).toEqual([]);
  });

  it('is what runs find', async () => {
    expect(await findPreparedCluster(host, { provider: undefined, timeoutMs: 10_000 })).toMatchObject({
      found: { context: 'spark-dev', namespace: 'spark', sparkImage: planned.parts.spark.reference },
    });
  });
});
