import type { ClusterAccess } from '../clusters/capabilities.js';
import { readObjectProof, isOwnObject, type ObjectProof } from '../clusters/object-proof.js';
import { homeLabel, isOwn, runLabel, serviceLabel, verifyLabel } from '../kube/labels.js';
import type { Host } from '../ports/host.js';
import { isRunLive } from '../runs/live-run.js';
import { listClusterObjects, type ClusterObject } from './cluster-object.js';
import { findOrphans, type Orphan } from './orphans.js';
import { preparedConfigMap } from '../kube/names.js';

/** What lies about on this machine and in its cluster. */
export interface Leftovers {
  /** Undefined if no cluster runs; then no object could be observed. */
  readonly cluster: ClusterAccess | undefined;
  readonly objects: OwnObjects;
  /** Runs whose spark-dev process is alive. */
  readonly liveRuns: ReadonlySet<string>;
  readonly orphans: readonly Orphan[];
}

export async function observeLeftovers(
  host: Host,
  cluster: ClusterAccess | undefined,
  signal: AbortSignal,
): Promise<Leftovers> {
  const [objects, orphans] = await Promise.all([listOwnObjects(host, cluster), findOrphans(host)]);
  signal.throwIfAborted();
  const runIds = objects.runs.map(({ runId }) => runId);
  const live = await Promise.all(runIds.map((runId) => isRunLive(host, runId)));
  return { cluster, objects, orphans, liveRuns: new Set(runIds.filter((_, index) => live[index])) };
}

async function listOwnObjects(host: Host, cluster: ClusterAccess | undefined): Promise<OwnObjects> {
  if (cluster === undefined) return { runs: [], others: [], volumes: [], foreign: new Set() };
  const objects = await listClusterObjects(await host.kube(cluster));
  const namespaces = objects.filter(({ kind }) => kind === 'namespace');
  const marks = namespaces.map(({ labels, madeBy }) => ({ home: labels[homeLabel] ?? '', madeBy }));
  return sortOwnObjects(objects, await readObjectProof(host, cluster.provider, marks));
}

export interface RunObjects {
  readonly runId: string;
  readonly objects: readonly ClusterObject[];
  /** Made by another home, or nothing shows that this one made it. */
  readonly isForeign: boolean;
}

/** Everything that is ours in the cluster that is not prepared once for all runs. */
export interface OwnObjects {
  /** Including what Spark made for them: driver service, ConfigMaps, network policies. */
  readonly runs: readonly RunObjects[];
  /** Ours, but not part of a run. */
  readonly others: readonly ClusterObject[];
  readonly volumes: readonly ClusterObject[];
  /** Uids of other objects and volumes that another home made, or that nothing shows this one made. */
  readonly foreign: ReadonlySet<string>;
}

const preparedKinds = ['serviceaccount', 'rolebinding', 'clusterrolebinding'];
const groundKinds = ['namespace', 'persistentvolume'];

/** A label alone does not make an object ours: it must say that spark-dev made it, or the object must belong to one that does. */
export function sortOwnObjects(objects: readonly ClusterObject[], proof: ObjectProof): OwnObjects {
  const own = objects.filter(({ labels }) => isOwn(labels));
  const runOf = new Map(own.flatMap(({ uid, labels }) => (labels[runLabel] ? [[uid, labels[runLabel]] as const] : [])));
  const runs = new Map<string, ClusterObject[]>();
  for (const object of objects.filter(isTemporary)) {
    const runId = runOf.get(object.uid) ?? object.owners.map((uid) => runOf.get(uid)).find(Boolean);
    if (runId === undefined) continue;
    runs.set(runId, [...(runs.get(runId) ?? []), object]);
  }
  const isForeign = (said: string | undefined): boolean => !isOwnObject(said ?? '', proof);
  // an owned object is removed with its owner
  const others = own.filter((one) => isTemporary(one) && !runOf.has(one.uid) && one.owners.length === 0);
  const volumes = own.filter(({ kind }) => kind === 'persistentvolumeclaim');
  // rights are applied to existing claims too, so a claim's label proves nothing
  const homes = new Map(
    own.flatMap(({ kind, name, labels }) => (kind === 'namespace' ? [[name, labels[homeLabel]]] : [])),
  );
  return {
    runs: [...runs].map(([runId, found]) => ({
      runId,
      objects: found,
      // objects that Spark creates itself carry no such label
      isForeign: isForeign(found.map(({ labels }) => labels[homeLabel]).find(Boolean)),
    })),
    others,
    volumes,
    foreign: new Set([
      ...others.filter(({ labels }) => isForeign(labels[homeLabel])).map(({ uid }) => uid),
      ...volumes.filter(({ namespace }) => isForeign(homes.get(namespace))).map(({ uid }) => uid),
    ]),
  };
}

/** Started on purpose; not a leftover of a run. */
export function isStanding({ labels }: ClusterObject): boolean {
  return labels[serviceLabel] !== undefined && labels[runLabel] === undefined;
}

function isTemporary({ kind, name, labels }: ClusterObject): boolean {
  if (groundKinds.includes(kind)) return labels[verifyLabel] !== undefined;
  if (preparedKinds.includes(kind)) return labels[serviceLabel] !== undefined;
  return kind !== 'persistentvolumeclaim' && !(kind === 'configmap' && name === preparedConfigMap);
}
