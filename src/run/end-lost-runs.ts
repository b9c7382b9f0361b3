import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { homeLabel, ownSelector, runLabel } from '../kube/labels.js';
import type { NamespaceSession } from '../namespaces/session.js';
import type { Host } from '../ports/host.js';
import { isRunLive } from '../runs/live-run.js';
import { runFolder } from '../runs/run-folder.js';
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
  const runs = new Set(pods.flatMap(({ metadata }) => metadata?.labels?.[runLabel] ?? []));
  for (const runId of runs) {
    if (signal.aborted || (await isRunLive(host, runId)) || (await isStandingBy(host, runId))) continue;
    host.ui.say(`Removing what run ${runId} left: its spark-dev was killed`);
    await removeRun(host, cluster, runId);
  }
}

/** A driver that waits for its program belongs to nobody for ten minutes. */
const standsForMs = 15 * 60_000;

async function isStandingBy(host: Host, runId: string): Promise<boolean> {
  const note = await stat(join(runFolder(host, runId), 'standby.json')).catch(() => undefined);
  return note !== undefined && host.clock.now() - note.mtimeMs < standsForMs;
}
