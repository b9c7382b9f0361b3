import { lookAtProfile } from '../clusters/prepare/observe.js';
import { accessMinikube } from '../clusters/minikube/access.js';
import { readObjectProof } from '../clusters/object-proof.js';
import { findPreparedCluster } from '../clusters/prepared.js';
import { locatePrograms } from '../clusters/programs.js';
import type { ClusterAccess, ClusterKind, ProviderName } from '../clusters/provider.js';
import { resolveProvider } from '../clusters/resolve-provider.js';
import type { KubectlTool } from '../kube/kubectl.js';
import type { Host } from '../ports/host.js';
import { isRunLive } from '../runs/live-run.js';
import { observeEngine } from '../toolchain/engine/observe.js';
import { listAbandoned } from '../toolchain/half-made.js';
import { listObjectsArgv, parseObjectLines } from './cluster-object.js';
import { listBuildCaches, listOldRuns, listScratch, measureFolders, type MeasuredFolder } from './folders.js';
import { sortOwnObjects, type OwnObjects } from './leftovers.js';
import { findOrphans, type Orphan } from './orphans.js';
import { homeLabel } from '../kube/labels.js';

/** Access to our cluster; cleaning only reads and changes through it. */
export interface ReachedCluster {
  readonly kubectl: KubectlTool;
  readonly env: Readonly<Record<string, string>>;
  readonly provider: ClusterKind;
}

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

/** Undefined if no cluster runs. Docker Desktop's is only used if init prepared it. */
export async function reachCluster(
  host: Host,
  requested: ProviderName | undefined,
  signal: AbortSignal,
): Promise<ReachedCluster | undefined> {
  const provider = await resolveProvider(host, requested, signal);
  if (provider === 'docker-desktop') return describeReached(host, provider, signal);
  const [engine, programs] = await Promise.all([observeEngine(host, signal), locatePrograms(host, signal)]);
  const { state } = await lookAtProfile(host, programs, engine.daemon.kind === 'answers', signal);
  return state === 'running' ? session(accessMinikube(host, programs)) : undefined;
}

export async function describeReached(
  host: Host,
  provider: ProviderName,
  signal: AbortSignal,
): Promise<ReachedCluster | undefined> {
  if (provider === 'minikube') return session(accessMinikube(host, await locatePrograms(host, signal)));
  const prepared = await findPreparedCluster(host, { provider, signal, timeoutMs: answerWithinMs });
  return 'found' in prepared ? session(prepared.found) : undefined;
}

function session(access: ClusterAccess): ReachedCluster {
  return { kubectl: access, env: access.childEnv, provider: access.provider };
}

export async function observeLeftovers(
  host: Host,
  cluster: ReachedCluster | undefined,
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

async function listOwnObjects(
  host: Host,
  { kubectl, env, provider }: ReachedCluster,
  signal: AbortSignal,
): Promise<OwnObjects> {
  const argv = listObjectsArgv(kubectl, answerWithinMs);
  const answer = await host.runner.run(argv, { env, signal, timeoutMs: 2 * answerWithinMs });
  const objects = parseObjectLines(answer.stdout);
  const namespaces = objects.filter(({ kind }) => kind === 'namespace');
  const marks = namespaces.map(({ labels, madeBy }) => ({ home: labels[homeLabel] ?? '', madeBy }));
  return sortOwnObjects(objects, await readObjectProof(host, provider, marks));
}
