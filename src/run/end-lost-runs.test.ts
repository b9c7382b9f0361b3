import { mkdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cluster, driverPod, executorPod } from '../../test/worlds/cluster-run-world.js';
import { createFakeCluster } from '../../test/fakes/fake-kube.js';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { kubectlLine } from '../../test/fakes/fake-runner.js';
import { withLiveRun } from '../runs/live-run.js';
import { runFolder } from '../runs/run-folder.js';
import { noteStandby } from '../runs/standby.js';
import { endLostRuns } from './end-lost-runs.js';

const [lost, live, theirs, waiting, ended] = ['lost', 'live', 'theirs', 'waiting', 'ended'].map(
  (name) => `${name}-260101000000-aaaa`,
);

it('ends the runs of this home that nobody follows, and only those', async () => {
  const fake = createFakeCluster();
  const put = (runId: string | undefined, home: string, changes: object = {}): void => {
    for (const pod of [driverPod(runId ?? '', { running: {} }), executorPod(runId ?? '')]) {
      const labels = { ...pod.metadata?.labels, 'app.kubernetes.io/managed-by': 'spark-dev', 'spark-dev/home': home };
      fake.putPod({ ...pod, metadata: { ...pod.metadata, labels, ...changes } });
    }
  };
  for (const runId of [lost, live, waiting]) put(runId, 'me');
  put(theirs, 'another');
  // a run that has succeeded does not wait until they are gone
  put(ended, 'me', { deletionTimestamp: new Date() });
  const host = createFakeHost({ kube: () => Promise.resolve(fake.kube), programs: [kubectlLine('kubectl delete')] });
  const standing = { runId: waiting ?? '', folder: runFolder(host, waiting ?? '') };
  mkdirSync(standing.folder, { recursive: true });
  await noteStandby(host, standing, { place: 'cluster', fingerprint: '', facts: {} });
  const { signal } = new AbortController();
  const end = (changes: object = {}): Promise<void> =>
    endLostRuns({ host, cluster: { ...cluster, home: 'me', ...changes }, signal });
  await end({ home: undefined });
  await end({ provider: { ...cluster.provider, isShared: true } });
  expect(host.runner.calls).toEqual([]);
  // its pod goes a moment after its ten minutes
  await host.clock.sleep(610_000);
  await withLiveRun(host, live ?? '', () => end());
  const deleted = host.runner.calls.map(({ argv }) => argv.find((word) => word.startsWith('--selector=')));
  expect(deleted).toEqual([`--selector=spark-dev/run=${lost ?? ''}`]);
  expect(host.ui.lines.join()).toContain(lost);
});
