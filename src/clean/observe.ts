import { readObjectProof } from '../clusters/object-proof.js';
import type { ClusterAccess } from '../clusters/capabilities.js';
import type { Host } from '../ports/host.js';
import { isRunLive } from '../runs/live-run.js';
import { listAbandoned } from '../toolchain/half-made.js';
import { listObjectsArgv, parseObjectLines } from './cluster-object.js';
import { listBuildCaches, listOldRuns, listScratch, measureFolders, type MeasuredFolder } from './folders.js';
import { sortOwnObjects, type OwnObjects } from './leftovers.js';
import { findOrphans, type Orphan } from './orphans.js';
import { homeLabel } from '../kube/labels.js';

/** What lies about on this machine and in its cluster. */
export interface Leftovers {
  /** Undefined if no cluster runs, so nothing could be observed. */
  readonly objects: OwnObjects | undefined;
  /** Runs whose spark-dev process is alive. */
  readonly liveRuns: ReadonlySet<string>;
  readonly orphans: readonly Orphan[];
}

export interface FolderRequest {
  /** Number of run folders to keep; undefined: all. */
  readonly keepRuns: number | undefined;
  readonly caches: boolean;
}

const answerWithinMs = 15_000;

export async function observeLeftovers(
  host: Host,
  cluster: ClusterAccess | undefined,
  signal: AbortSignal,
): Promise<Leftovers> {
  const [objects, orphans] = await Promise.all([
    cluster === undefined ? undefined : listOwnObjects(host, cluster, signal),
    findOrphans(host),
  ]);
  const runIds = (objects?.runs ?? []).map(({ runId }) => runId);
  const live = await Promise.all(runIds.map((runId) => isRunLive(host, runId)));
  return { objects, orphans, liveRuns: new Set(runIds.filter((_, index) => live[index])) };
}

export async function observeFolders(host: Host, request: FolderRequest): Promise<readonly MeasuredFolder[]> {
  const runs = request.keepRuns === undefined ? [] : await listOldRuns(host, request.keepRuns);
  return measureFolders(host, [...runs, ...(request.caches ? await listBuildCaches(host) : [])]);
}

/** Left on disk by killed runs, downloads and builds; files that are still being made are left alone. */
export async function observeHalfMade(host: Host): Promise<readonly MeasuredFolder[]> {
  return measureFolders(host, [...(await listScratch(host)), ...(await listAbandoned(host))]);
}

async function listOwnObjects(host: Host, cluster: ClusterAccess, signal: AbortSignal): Promise<OwnObjects> {
  const argv = listObjectsArgv(cluster, answerWithinMs);
  const answer = await host.runner.run(argv, { env: cluster.childEnv, signal, timeoutMs: 2 * answerWithinMs });
  const objects = parseObjectLines(answer.stdout);
  const namespaces = objects.filter(({ kind }) => kind === 'namespace');
  const marks = namespaces.map(({ labels, madeBy }) => ({ home: labels[homeLabel] ?? '', madeBy }));
  return sortOwnObjects(objects, await readObjectProof(host, cluster.provider, marks));
}
