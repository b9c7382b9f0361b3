import type { V1ConfigMap } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { createFakeCluster } from '../../test/fakes/fake-kube.js';
import { kubectlLine } from '../../test/fakes/fake-runner.js';
import { cluster } from '../../test/worlds/cluster-run-world.js';
import { shapeJob } from '../job/job-shape.js';
import { sparkPods } from '../fit/spark-pods.js';
import { withLiveRun } from '../runs/live-run.js';
import { awaitTurn, joinQueue, leaveQueue } from './queue.js';

const fit = { job: { ...shapeJob('jvm'), executors: 2 } };
const { driver, executor } = sparkPods(fit.job);
/** Room for one of the jobs and a half. */
const milli = (driver.requests.cpuMilli + 2 * executor.requests.cpuMilli) * 1.5;
const allocatable = { cpu: `${String(milli)}m`, memory: '32Gi' };

/** A cluster in which kubectl creates notes; the runs `ahead` were begun before `own`. */
async function openQueue(ahead: readonly string[], home = 'this') {
  const fake = createFakeCluster({ nodes: [{ metadata: { name: 'n' }, status: { allocatable } }] });
  const plain = createFakeHost({
    programs: [
      kubectlLine('kubectl create', { stdout: 'configmap/own-queue' }),
      kubectlLine('kubectl delete configmap'),
    ],
    kube: () => Promise.resolve(fake.kube),
  });
  const session = { host: plain, cluster: { ...cluster, home: 'this' }, signal: new AbortController().signal };
  for (const runId of [...ahead, 'own']) {
    const maker = { ...session, cluster: { ...cluster, home: runId === 'own' ? 'this' : home } };
    await joinQueue(maker, { runId, fit });
    const note = JSON.parse(String(plain.runner.calls.at(-1)?.options.input)) as V1ConfigMap;
    fake.putConfigMap({ ...note, metadata: { ...note.metadata, creationTimestamp: new Date(plain.clock.now()) } });
  }
  return { fake, session, turn: () => awaitTurn(session, { runId: 'own', fit }) };
}

const podOf = (runId: string, role: string, phase: string) => ({
  metadata: { name: `${runId}-${role}`, namespace: 'spark', labels: { 'spark-dev/run': runId, 'spark-role': role } },
  spec: { nodeName: 'n', containers: [] },
  status: { phase },
});

it('lets a run begin at once when nothing is ahead of it, or what is ahead of it was killed', async () => {
  expect(await (await openQueue([])).turn()).toBe(false);
  expect(await (await openQueue(['killed'])).turn()).toBe(false);
});

it('waits for a live run that has no pods yet, until its driver has ended', async () => {
  const { fake, session, turn } = await openQueue(['first']);
  await withLiveRun(session.host, 'first', async () => {
    let over = false;
    const waited = turn().then((value) => {
      over = true;
      return value;
    });
    await session.host.clock.sleep(10_000);
    expect(over).toBe(false);
    fake.putPod(podOf('first', 'driver', 'Succeeded'));
    expect(await waited).toBe(true);
  });
});

it("takes another home's run for dead when it has had no pods for five minutes", async () => {
  const { session, turn } = await openQueue(['theirs'], 'another');
  const before = session.host.clock.now();
  expect(await turn()).toBe(true);
  expect(session.host.clock.now() - before).toBeGreaterThanOrEqual(300_000);
});

it.each(['driver', 'executor', 'submit'])('does not wait for a dead run that left an ended %s pod', async (role) => {
  const { fake, turn } = await openQueue(['dead']);
  fake.putPod(podOf('dead', role, role === 'executor' ? 'Failed' : 'Succeeded'));
  expect(await turn()).toBe(false);
});

it('counts no driver for a run in client mode, whose executors prove that it has one', async () => {
  const { fake, session, turn } = await openQueue(['client']);
  await withLiveRun(session.host, 'client', async () => {
    for (const one of ['1', '2']) {
      const pod = podOf('client', 'executor', 'Running');
      fake.putPod({ ...pod, metadata: { ...pod.metadata, name: `client-exec-${one}` } });
    }
    expect(await turn()).toBe(false);
  });
});

it('does not wait with --fit never', async () => {
  const { session } = await openQueue(['first']);
  await withLiveRun(session.host, 'first', async () => {
    const never = { runId: 'own', fit: { ...fit, mode: 'never' as const } };
    await expect(awaitTurn(session, never)).rejects.toMatchObject({ code: 'RESOURCES_SHORT' });
  });
});

it('waits through a short silence of the cluster, and gives up after a minute of it', async () => {
  const { fake, session, turn } = await openQueue(['first']);
  await withLiveRun(session.host, 'first', async () => {
    const answering = { ...fake.kube };
    const goSilent = (): void => {
      fake.kube.listNodes = () => Promise.reject(new Error('no answer'));
    };
    const waited = turn();
    await session.host.clock.sleep(6000);
    goSilent();
    await session.host.clock.sleep(10_000);
    Object.assign(fake.kube, answering);
    await session.host.clock.sleep(6000);
    goSilent();
    await expect(waited).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
  });
});

it('looks at no node if nothing is ahead, as the job was fitted a moment ago', async () => {
  const { fake, turn } = await openQueue([]);
  fake.kube.listNodes = () => Promise.reject(new Error('asked'));
  expect(await turn()).toBe(false);
});

it('leaves a shared cluster alone', async () => {
  const { session } = await openQueue([]);
  const calls = session.host.runner.calls.length;
  const shared = {
    ...session,
    cluster: { ...session.cluster, provider: { ...session.cluster.provider, isShared: true } },
  };
  await joinQueue(shared, { runId: 'own', fit });
  expect(await awaitTurn(shared, { runId: 'own', fit })).toBe(false);
  await leaveQueue(shared, { runId: 'own', fit });
  expect(session.host.runner.calls).toHaveLength(calls);
});
