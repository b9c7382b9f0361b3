import type { V1Pod } from '@kubernetes/client-node';
import { roleLabel, runLabel } from '../kube/labels.js';
import type { Host } from '../ports/host.js';
import type { KubeTarget } from '../ports/kube.js';
import { readNodeResources, sumFree, type NodeResources } from '../kube/node-resources.js';
import { addResources, type Resources } from '../kube/resources.js';

/** A cluster's size as each of those who know one tells it; undefined where nobody answers. */
export interface ObservedSize {
  /** What minikube's profile was made with. */
  readonly configured: Resources | undefined;
  /** What the node's container really has: the kernel holds it to that. */
  readonly limit: Resources | undefined;
  /** What the nodes say, all together. */
  readonly node: { readonly capacity: Resources; readonly allocatable: Resources } | undefined;
  /** What the scheduler can still give, and the limit allows. */
  readonly free: Resources | undefined;
  /** The machine of the container engine. */
  readonly host: Resources | undefined;
  /** Node by node: no pod can use more than one of them. */
  readonly rooms: readonly NodeResources[];
  readonly runs?: ObservedRuns;
}

/** The runs in the cluster, from this home or another. */
export interface ObservedRuns {
  readonly pods: readonly V1Pod[];
  /** The resources of the nodes once all runs have ended. */
  readonly roomsAfter: readonly NodeResources[];
}

type ObservedNodes = Pick<ObservedSize, 'node' | 'free' | 'rooms' | 'runs'>;

export const noNodes: ObservedNodes = { node: undefined, free: undefined, rooms: [] };

/** What the nodes say, and what is free on them within the limit. */
export async function observeNodeSizes(
  host: Host,
  target: KubeTarget,
  limit: Resources | undefined,
  signal: AbortSignal,
): Promise<ObservedNodes> {
  const seen = await answered(signal, observeNodes(host, target));
  if (seen === undefined) return noNodes;
  const asTheySay = readNodeResources(seen.nodes, seen.pods);
  const rooms = readNodeResources(seen.nodes, seen.pods, limit);
  return {
    node: {
      capacity: addResources(...asTheySay.map(({ capacity }) => capacity)),
      allocatable: addResources(...asTheySay.map(({ allocatable }) => allocatable)),
    },
    free: sumFree(rooms),
    rooms,
    runs: observeRuns(seen, limit),
  };
}

/** Without shells, which do not end by themselves; only the pod itself has the role, and its executors the same run. */
function observeRuns(
  { nodes, pods }: Awaited<ReturnType<typeof observeNodes>>,
  limit: Resources | undefined,
): ObservedRuns {
  const runOf = ({ metadata }: V1Pod): string | undefined => metadata?.labels?.[runLabel];
  const shells = new Set(pods.filter(({ metadata }) => metadata?.labels?.[roleLabel] === 'shell').map(runOf));
  const isOfRun = (pod: V1Pod): boolean => runOf(pod) !== undefined && !shells.has(runOf(pod));
  const others = pods.filter((pod) => !isOfRun(pod));
  return { pods: pods.filter(isOfRun), roomsAfter: readNodeResources(nodes, others, limit) };
}

export async function observeNodes(host: Host, target: KubeTarget) {
  const kube = await host.kube(target);
  const [nodes, pods] = await Promise.all([kube.listNodes(), kube.listPods({})]);
  return { nodes, pods };
}

/** A tool or cluster that fails is an answer too; an interruption is none. */
export async function answered<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}
