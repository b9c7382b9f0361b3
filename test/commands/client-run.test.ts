import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import type { Kube } from '../../src/ports/kube.js';
import { runAsClient } from '../../src/run/launch/client/launch.js';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';
import { kubectlLine, type Scripted } from '../fakes/fake-runner.js';
import { cluster, executorPod } from '../worlds/cluster-run-world.js';
import { listenOnLoopback } from '../../src/kube/port-forward/local-port.js';

const pod = { name: 'submit-1', uid: 'u', ready: true, image: 'spark:1', since: '', restarts: 0 };
const isDriver = (argv: readonly string[]): boolean => argv.includes('/opt/entrypoint.sh');

/** A driver in the standing pod, and the executors that it has. */
function startDriver(
  driver: Partial<Scripted>,
  pods: readonly V1Pod[] = [],
  uiPort?: number,
  signal = new AbortController().signal,
): {
  readonly host: FakeHost;
  readonly outcome: ReturnType<typeof runAsClient>;
  readonly watches: readonly AbortSignal[];
} {
  const fake = createFakeCluster();
  for (const one of pods) fake.putPod(one);
  const watches: AbortSignal[] = [];
  const watchPods: Kube['watchPods'] = (selection, listener, signal) => {
    watches.push(signal);
    return fake.kube.watchPods(selection, listener, signal);
  };
  const ground = { ServerVersion: '20.10.24', DefaultRuntime: 'runc', NCPU: 4, MemTotal: 16 * 1024 ** 3 };
  const host = createFakeHost({
    kube: () => Promise.resolve({ ...fake.kube, watchPods }),
    programs: [
      { argv: ['kubectl'], matches: isDriver, ...driver },
      kubectlLine('kubectl create', { stdout: 'service/spark-dev-driver-0' }),
      {
        argv: ['kubectl'],
        matches: (argv) => argv.join(' ').includes('kill -s KILL'),
        stdout: driver.exitCode === undefined ? '' : String(driver.exitCode),
      },
      kubectlLine('kubectl delete job,pod,service,configmap'),
      { argv: ['kubectl'], matches: (argv) => argv.join(' ').includes('tar --extract') },
      { argv: ['docker', 'container', 'inspect'], exitCode: 1 },
      { argv: ['docker', 'info'], stdout: JSON.stringify(ground) },
    ],
  });
  const folder = join(host.directories.state, 'runs', 'r-1');
  const job = { words: ['local:///opt/spark/app/a.jar'], templates: { 'executor-template.yaml': '' } };
  const service = { image: 'spark:1', memoryMb: 2048, clients: [], pod };
  return {
    host,
    watches,
    outcome: runAsClient({ host, cluster, signal }, service, { runId: 'r-1', folder, uiPort }, () =>
      Promise.resolve(job),
    ),
  };
}

const waitingFor = (status: V1Pod['status']): V1Pod => ({
  ...executorPod('r-1'),
  spec: { containers: [{ name: 'c', resources: { requests: { cpu: '1', memory: '5000Mi' } } }] },
  status: { phase: 'Pending', ...status },
});

it('a driver whose executors find no room is given up after five minutes, with the numbers, and ended', async () => {
  const message = '0/1 nodes are available: 1 Insufficient memory.';
  const noResources = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  const { host, outcome } = startDriver({ hangs: true }, [waitingFor({ conditions: [noResources] })]);
  await expect(outcome).rejects.toMatchObject({
    code: 'RESOURCES_SHORT',
    why: expect.stringContaining('It requests 1 CPU and 4.9 GB; the node has 2 CPUs and 5.9 GB free') as string,
    facts: { asks: { cpuMilli: 1000, memoryMb: 5000 } },
  });
  expect(host.ui.lines.join('\n')).toContain('The run waits for free resources, at most 5 minutes');
  expect(host.runner.calls.filter(({ argv }) => argv.join(' ').includes('kill -s KILL'))).toHaveLength(1);
}, 10_000);

it('a driver whose executors have no image is not waited for', async () => {
  const state = { waiting: { reason: 'ErrImageNeverPull' } };
  const status = { name: 'c', image: 'spark:1', imageID: '', ready: false, restartCount: 0, state };
  const { outcome } = startDriver({ hangs: true }, [waitingFor({ containerStatuses: [status] })]);
  await expect(outcome).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
});

it('a driver that is interrupted is named by its run, not by the program that led to it', async () => {
  const stop = new AbortController();
  const does = (): void => {
    setTimeout(() => {
      stop.abort();
    });
  };
  const { outcome } = startDriver({ hangs: true, does }, [], undefined, stop.signal);
  await expect(outcome).rejects.toMatchObject({ code: 'INTERRUPTED', what: 'Run r-1 was interrupted' });
});

it('where the UI cannot be forwarded, nothing goes on watching', async () => {
  const server = createServer();
  await listenOnLoopback(server, 0);
  const { outcome, watches } = startDriver({ hangs: true }, [], (server.address() as AddressInfo).port);
  await expect(outcome).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  server.close();
  expect(watches.map(({ aborted }) => aborted)).toEqual([true]);
});

describe('a driver that was killed', () => {
  const standing = (status: Partial<V1ContainerStatus>): V1Pod => ({
    metadata: { name: 'submit-1', namespace: 'spark', labels: { 'spark-dev/service': 'submit' } },
    status: {
      containerStatuses: [{ name: 'submit', image: '', imageID: '', ready: true, restartCount: 0, ...status }],
    },
  });
  const outOfMemory = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
  const fix = ['spark-dev submit up --pod-memory 3g', 'Run a smaller job: --driver-memory'];

  it.each<[string, number | undefined, Partial<V1ContainerStatus>, object]>([
    ['alone: most likely for memory', 137, {}, { why: expect.stringContaining('Most likely') as string, fix }],
    [
      'with its pod, which says why',
      undefined,
      { restartCount: 1, lastState: outOfMemory },
      { why: expect.stringContaining('(OOMKilled): 2048 MB') as string, fix },
    ],
    [
      'with its pod, for some other reason',
      undefined,
      { restartCount: 1 },
      { what: 'The connection to the driver was lost' },
    ],
    ['not: it ended by itself', 3, {}, { what: expect.stringContaining('exit code 3') as string }],
  ])('%s', async (_title, exitCode, status, error) => {
    const { outcome } = startDriver(exitCode === undefined ? {} : { exitCode }, [standing(status)]);
    await expect(outcome).rejects.toMatchObject({ code: 'JOB_FAILED', ...error });
  });

  it('is ended once more where nothing answered the first time', async () => {
    const { host, outcome } = startDriver({});
    await expect(outcome).rejects.toMatchObject({ code: 'JOB_FAILED' });
    expect(host.runner.calls.filter(({ argv }) => argv.join(' ').includes('kill -s KILL'))).toHaveLength(2);
  });

  it('an older restart proves nothing', async () => {
    const { outcome } = startDriver({ exitCode: 137 }, [standing({ lastState: outOfMemory })]);
    await expect(outcome).rejects.toMatchObject({ facts: { reason: '' } });
  });
});
