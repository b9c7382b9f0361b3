import { expect, it } from 'vitest';
import { createFakeCluster } from '../../test/fakes/fake-kube.js';
import { createFakeMachine } from '../../test/fakes/fake-machine.js';
import { parseNodeContainer } from './node-container.js';
import { locatePrograms } from './programs.js';
import { type ObservedSize } from './observed-size.js';
import { limitWithin, observeSizes } from './minikube/size.js';

const engine = { cpuMilli: 4000, memoryMb: 16_384 };

it.each([
  ['--cpus and --memory', 'running {"NanoCpus":1500000000,"Memory":7516192768}', { cpuMilli: 1500, memoryMb: 7168 }],
  ['a quota', 'running {"CpuQuota":150000,"CpuPeriod":0,"Memory":0}', { cpuMilli: 1500, memoryMb: 16_384 }],
  ['a quota with its period', 'running {"CpuQuota":100000,"CpuPeriod":50000}', { cpuMilli: 2000, memoryMb: 16_384 }],
  ['no limit', 'running {"NanoCpus":0,"CpuQuota":0,"Memory":0}', engine],
  ['more than the machine has', 'running {"NanoCpus":64000000000,"Memory":99999999999999}', engine],
])('a container with %s', (_title, stdout, limit) => {
  expect(limitWithin(engine, parseNodeContainer(stdout).limit)).toEqual(limit);
});

const inspected = (text: string) => ({ argv: ['docker', 'container', 'inspect'], stdout: text });
const observe = async (...around: Parameters<typeof createFakeMachine>): Promise<ObservedSize> => {
  const { host } = await createFakeMachine(...around);
  const signal = new AbortController().signal;
  return observeSizes(host, await locatePrograms(host, signal), signal);
};

it('asks everybody who knows a size', async () => {
  const facts = await observe(
    {},
    {
      kube: () => Promise.resolve(createFakeCluster().kube),
      programs: [inspected('running {"NanoCpus":1500000000,"Memory":5242880000}')],
    },
  );
  expect(facts).toMatchObject({
    configured: { cpuMilli: 2000, memoryMb: 6144 },
    limit: { cpuMilli: 1500, memoryMb: 5000 },
    node: { allocatable: { cpuMilli: 2000, memoryMb: 6000 } },
    free: { cpuMilli: 1500, memoryMb: 5000 },
    host: engine,
  });
});

it('what does not answer is absent', async () => {
  expect(await observe({ docker: 'absent', profile: 'absent' })).toEqual({
    configured: undefined,
    limit: undefined,
    node: undefined,
    free: undefined,
    host: undefined,
    rooms: [],
  });
});

it('a stopped cluster still has a limit, and nobody asks its nodes', async () => {
  const facts = await observe({ profile: 'stopped' }, { programs: [inspected('exited {"NanoCpus":2000000000}')] });
  expect(facts).toMatchObject({ configured: { cpuMilli: 2000 }, limit: { cpuMilli: 2000 }, free: undefined });
});

it('counts the pods of runs as free later, but not those of a shell, its executors included', async () => {
  const cluster = createFakeCluster();
  const put = (name: string, run: string, labels: Readonly<Record<string, string>>): void => {
    cluster.putPod({
      metadata: { name, namespace: 'spark', labels: { 'spark-dev/run': run, ...labels } },
      spec: { nodeName: 'spark-dev', containers: [{ name: 'c', resources: { requests: { cpu: '100m' } } }] },
    });
  };
  put('etl-driver', 'etl', { 'spark-role': 'driver' });
  put('etl-exec-1', 'etl', { 'spark-role': 'executor' });
  put('shell', 'repl', { 'spark-dev/role': 'shell' });
  put('repl-exec-1', 'repl', { 'spark-role': 'executor' });
  const { rooms, runs } = await observe({}, { kube: () => Promise.resolve(cluster.kube) });
  expect(runs?.pods.map(({ metadata }) => metadata?.name)).toEqual(['etl-driver', 'etl-exec-1']);
  const [now, later] = [rooms, runs?.roomsAfter].map((nodes) => nodes?.[0]?.free.cpuMilli ?? 0);
  expect((later ?? 0) - (now ?? 0)).toBe(200);
});
