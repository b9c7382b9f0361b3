import { homeLabel, ownSelector, runLabel } from '../kube/labels.js';
import type { NamespaceSession } from '../namespaces/session.js';
import { isRunLive } from '../runs/live-run.js';
import { listStandbys } from '../runs/standby.js';
import { removeRun } from './clean-up.js';

/**
 * Removes what killed calls of this home left in the namespace, because nobody would learn how it ends; docs/decisions/lost-runs.md.
 * What other homes made is left alone, and `clean` finds the rest.
 */
export async function endLostRuns({ host, cluster, signal }: NamespaceSession): Promise<void> {
  const { home, namespace, provider } = cluster;
  if (home === undefined || provider.isShared) return;
  const kube = await host.kube(cluster);
  const pods = await kube.listPods({ namespace, labels: `${ownSelector},${homeLabel}=${home}` });
  const staying = pods.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const runs = new Set(staying.flatMap(({ metadata }) => metadata?.labels?.[runLabel] ?? []));
  // a driver that waits for its program belongs to nobody, and goes by itself
  const waiting = await listStandbys(host, 'cluster');
  for (const runId of runs) {
    if (signal.aborted || waiting.some((one) => one.runId === runId) || (await isRunLive(host, runId))) continue;
    host.ui.say(`Removing what run ${runId} left: its spark-dev was killed`);
    await removeRun(host, cluster, runId);
  }
}
