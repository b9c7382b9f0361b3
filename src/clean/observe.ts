import type { ClusterAccess } from '../clusters/capabilities.js';
import { readObjectProof } from '../clusters/object-proof.js';
import { askKubectl } from '../kube/kubectl.js';
import { homeLabel } from '../kube/labels.js';
import type { Host } from '../ports/host.js';
import { isRunLive } from '../runs/live-run.js';
import { listObjectsArgv, parseObjectLines } from './cluster-object.js';
import { sortOwnObjects, type OwnObjects } from './leftovers.js';
import { findOrphans, type Orphan } from './orphans.js';

/** What lies about on this machine and in its cluster. */
export interface Leftovers {
  /** Undefined if no cluster runs; then no object could be observed. */
  readonly cluster: ClusterAccess | undefined;
  readonly objects: OwnObjects;
  /** Runs whose spark-dev process is alive. */
  readonly liveRuns: ReadonlySet<string>;
  readonly orphans: readonly Orphan[];
}

const answerWithinMs = 15_000;

export async function observeLeftovers(
  host: Host,
  cluster: ClusterAccess | undefined,
  signal: AbortSignal,
): Promise<Leftovers> {
  const [objects, orphans] = await Promise.all([listOwnObjects(host, cluster, signal), findOrphans(host)]);
  const runIds = objects.runs.map(({ runId }) => runId);
  const live = await Promise.all(runIds.map((runId) => isRunLive(host, runId)));
  return { cluster, objects, orphans, liveRuns: new Set(runIds.filter((_, index) => live[index])) };
}

async function listOwnObjects(
  host: Host,
  cluster: ClusterAccess | undefined,
  signal: AbortSignal,
): Promise<OwnObjects> {
  if (cluster === undefined) return { runs: [], others: [], volumes: [], foreign: new Set() };
  const argv = listObjectsArgv(cluster, answerWithinMs);
  const objects = parseObjectLines(
    await askKubectl({ host, cluster, signal }, argv, { timeoutMs: 2 * answerWithinMs }),
  );
  const namespaces = objects.filter(({ kind }) => kind === 'namespace');
  const marks = namespaces.map(({ labels, madeBy }) => ({ home: labels[homeLabel] ?? '', madeBy }));
  return sortOwnObjects(objects, await readObjectProof(host, cluster.provider, marks));
}
