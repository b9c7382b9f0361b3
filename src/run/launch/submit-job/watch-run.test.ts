import { expect, it } from 'vitest';
import { createFakeHost } from '../../../../test/fakes/fake-host.js';
import { createFakeCluster } from '../../../../test/fakes/fake-kube.js';
import { watchRun } from './watch-run.js';

it('ends too where Ctrl-C came before it began, while the Kubernetes client was loaded', async () => {
  const watch = watchRun(createFakeHost(), createFakeCluster().kube, {
    namespace: 'spark',
    runId: 'sparkpi-1',
    folder: '/nowhere',
    signal: AbortSignal.abort(),
    observeSchedulingShortage: () => Promise.reject(new Error('nobody asks')),
    onView: () => undefined,
  });
  await expect(watch).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
