import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeDesired } from '../../src/clusters/prepare/desired.js';
import { describeParts } from '../../src/clusters/prepare/parts.js';
import { planCluster } from '../../src/clusters/prepare/plan.js';
import { explainSize } from '../../src/clusters/explain-size.js';
import type { Capabilities } from '../../src/clusters/capabilities.js';
import type { ObservedSize } from '../../src/clusters/observed-size.js';
import type { ObservedCluster } from '../../src/clusters/prepare/observe.js';
import type { PreparedCluster } from '../../src/clusters/prepared.js';
import type { Provider } from '../../src/clusters/provider.js';
import { knownProviders } from '../../src/clusters/providers.js';
import { chooseTarget } from '../../src/run/target.js';
import { createFakeHost } from '../fakes/fake-host.js';
import { call } from '../worlds/call.js';
import { cluster as minikubeCluster } from '../worlds/cluster-run-world.js';
import { readError, readResult } from '../worlds/envelope.js';

const capabilities: Capabilities = {
  name: 'kind',
  title: 'kind',
  tools: ['skaffold', 'kubectl'],
  isMadeByUs: false,
  isShared: false,
  detectMinikube: false,
  cannot: {
    resize: { why: 'kind makes its nodes with what Docker has.', fix: ['Give Docker more'] },
    stop: { why: 'kind does not stop a cluster.', fix: ['kind delete cluster'] },
  },
};

const prepared: PreparedCluster = { ...minikubeCluster, provider: capabilities, context: 'kind-spark' };
const room = { cpuMilli: 8000, memoryMb: 16_384 };
const node = { capacity: room, allocatable: room };
const size: ObservedSize = {
  ...{ configured: undefined, limit: room, node, free: room, host: undefined },
  rooms: [{ ...node, name: 'kind-node', free: room }],
};

/** All that another provider takes; one of the program's own would be a folder and a line in providers.ts. */
const kind: Provider = {
  ...capabilities,
  context: prepared.context,
  choice: { label: "kind's", hint: 'yours' },
  find: () => Promise.resolve({ found: prepared }),
  access: () => Promise.resolve(prepared),
  observe: () =>
    Promise.resolve({
      seen: { engine: { state: 'absent' }, missingTools: [], inside: undefined },
      sized: explainSize(size),
      rows: [['cluster', 'kind: absent']],
      next: 'spark-dev init --provider kind',
      access: undefined,
    }),
  observeDaemons: () => Promise.resolve({ host: undefined, cluster: undefined, isOneDaemon: true, profile: 'running' }),
  size: () => Promise.resolve(size),
  async plan(host, { source = 'registries', signal }) {
    const parts = await describeParts(host, signal, source);
    const desired = describeDesired(parts, {
      ...{ node: undefined, kubectl: prepared, toolchain: join(host.directories.package, 'toolchain') },
      engineCommands: [],
    });
    const observed: ObservedCluster = {
      engineAnswers: true,
      present: new Set(),
      profile: 'running',
      userEntry: 'there',
      inside: { missingObjects: [], rightsAreCurrent: false, hasSparkImage: false, record: undefined },
    };
    return {
      ...{ parts, desired, observed, steps: planCluster(observed, desired) },
      ...{ programs: prepared.programs, access: prepared, warnings: [], size: undefined, settings: undefined },
    };
  },
};

const createWorld = () => ({
  host: { ...createFakeHost({ programs: [{ argv: ['apt-config'] }] }), providers: [...knownProviders, kind] },
});

it('is found where it is the only one that is prepared, and shown by status', async () => {
  const { exitCode, stdout } = await call(['status', '--json'], createWorld());
  expect(exitCode).toBe(0);
  expect(readResult(stdout)).toMatchObject({
    ...{ provider: 'kind', context: 'kind-spark', ready: false, also: null, cannot: capabilities.cannot },
    sized: { counts: room },
  });
  expect((await call(['status'], createWorld())).stdout).toMatch(
    /^cluster +kind: absent\n.*Not ready: spark-dev init --provider kind\n$/s,
  );
});

it('is planned by init', async () => {
  const { stdout } = await call(['init', '--dry-run', '--source', 'registries', '--json'], createWorld());
  const { provider, steps } = readResult(stdout) as { provider: string; steps: { id: string }[] };
  expect(provider).toBe('kind');
  const ids = steps.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['tool:skaffold', 'image:spark', 'rights', 'deliver', 'record']));
  expect(ids).not.toContain('start');
  expect(ids).not.toContain('tool:minikube');
});

it.each([
  [['cluster', 'resize', '--memory', '6g'], 'resize', ['Give Docker more']],
  [['down'], 'stop', ['kind delete cluster']],
  [['down', '--delete', '--yes'], 'delete', []],
])('refuses what it cannot, in its own words: %s', async (words, action, fix) => {
  const { exitCode, stdout } = await call([...words, '--json'], createWorld());
  expect(exitCode).toBe(9);
  expect(readError(stdout)).toMatchObject({ code: 'PROVIDER_CANNOT', facts: { provider: 'kind', action }, fix });
});

it('is where runs go and are fitted', async () => {
  const { host } = createWorld();
  const { signal } = new AbortController();
  expect(await chooseTarget(host, { name: 'auto', provider: undefined, signal })).toEqual({
    kind: 'cluster',
    cluster: prepared,
  });
  const { exitCode, stdout } = await call(['run', 'sparkpi', '--dry-run', '--json'], { host });
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('--kube-context=kind-spark')]);
});

it('is known by its name', async () => {
  const { host } = createWorld();
  const { signal } = new AbortController();
  const target = await chooseTarget(host, { name: 'cluster', provider: 'kind', signal });
  expect(target).toMatchObject({ cluster: { provider: { name: 'kind' } } });
  await expect(chooseTarget(host, { name: 'cluster', provider: 'k3d', signal })).rejects.toMatchObject({
    code: 'USAGE',
    fix: ['--provider minikube', '--provider docker-desktop', '--provider kind'],
  });
});
