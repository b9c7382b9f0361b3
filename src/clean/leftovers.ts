import { isOwnObject, type ObjectProof } from '../clusters/object-proof.js';
import { homeLabel, preparedConfigMap, verifyLabel } from '../kube/names.js';
import type { ClusterObject } from './cluster-object.js';

export interface RunObjects {
  readonly runId: string;
  readonly objects: readonly ClusterObject[];
  /** Another home's, or nothing says that it is this one's. */
  readonly isForeign: boolean;
}

/** Everything of ours in the cluster that is not prepared once for all runs. */
export interface OwnObjects {
  /** With what Spark made for them: driver service, ConfigMaps, network policies. */
  readonly runs: readonly RunObjects[];
  /** Ours, and of no run. */
  readonly others: readonly ClusterObject[];
  readonly volumes: readonly ClusterObject[];
  /** Uids of others and volumes that another home made, or of which nothing says that this one did. */
  readonly foreign: ReadonlySet<string>;
}

const ownLabel = 'app.kubernetes.io/managed-by';
const runLabel = 'spark-dev/run';
/** On all that a service consists of, so that its accounts and rights are told from those that are prepared once. */
const serviceLabel = 'spark-dev/service';
const preparedKinds = ['serviceaccount', 'rolebinding', 'clusterrolebinding'];
const groundKinds = ['namespace', 'persistentvolume'];

/** A label alone makes nothing ours: it must say spark-dev made it, or belong to an object that does. */
export function sortOwnObjects(objects: readonly ClusterObject[], proof: ObjectProof): OwnObjects {
  const own = objects.filter(({ labels }) => labels[ownLabel] === 'spark-dev');
  const runOf = new Map(own.flatMap(({ uid, labels }) => (labels[runLabel] ? [[uid, labels[runLabel]] as const] : [])));
  const runs = new Map<string, ClusterObject[]>();
  for (const object of objects.filter(isTemporary)) {
    const runId = runOf.get(object.uid) ?? object.owners.map((uid) => runOf.get(uid)).find(Boolean);
    if (runId === undefined) continue;
    runs.set(runId, [...(runs.get(runId) ?? []), object]);
  }
  const isForeign = (said: string | undefined): boolean => !isOwnObject(said ?? '', proof);
  // what another object owns goes with that one
  const others = own.filter((one) => isTemporary(one) && !runOf.has(one.uid) && one.owners.length === 0);
  const volumes = own.filter(({ kind }) => kind === 'persistentvolumeclaim');
  // rights are applied to a claim that is there too, so it says nothing itself
  const homes = new Map(
    own.flatMap(({ kind, name, labels }) => (kind === 'namespace' ? [[name, labels[homeLabel]]] : [])),
  );
  return {
    runs: [...runs].map(([runId, found]) => ({
      runId,
      objects: found,
      // what Spark makes by itself says nothing
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

/** Put up on purpose, and nothing that a run left. */
export function isStanding({ labels }: ClusterObject): boolean {
  return labels['spark-dev/service'] !== undefined && labels[runLabel] === undefined;
}

function isTemporary({ kind, name, labels }: ClusterObject): boolean {
  if (groundKinds.includes(kind)) return labels[verifyLabel] !== undefined;
  if (preparedKinds.includes(kind)) return labels[serviceLabel] !== undefined;
  return kind !== 'persistentvolumeclaim' && !(kind === 'configmap' && name === preparedConfigMap);
}
