import { expect, it } from 'vitest';
import { cluster } from '../../../test/worlds/cluster-run-world.js';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { createFakeCluster } from '../../../test/fakes/fake-kube.js';
import { watchRun } from './watch-run.js';

it('ends too where Ctrl-C came before it began, while the Kubernetes client was loaded', async () => {
  const run = { runId: 'sparkpi-1', folder: '/nowhere' };
  const session = { host: createFakeHost(), cluster, signal: AbortSignal.abort() };
  const { end } = watchRun(session, createFakeCluster().kube, { run });
  await expect(end).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
