import type { Host } from '../ports/host.js';
import type { KubeTarget } from '../ports/kube.js';
import { observeDaemon, type DaemonState } from '../toolchain/engine/observe.js';
import { readProfileConfig } from './minikube/profile-file.js';
import { readNodeResources, sumFree, type NodeResources } from '../kube/node-resources.js';
import { describeKubectl, type HostPrograms } from './programs.js';
import { addResources, smallestResources, type Resources } from '../kube/resources.js';
import { toResources } from '../kube/size.js';
import { observeNodeContainer, type NodeContainer } from './node-container.js';

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
}

/** The container engine, and in it the node's container; asked at the same time, each for who waits for it. */
export interface NodeGround {
  readonly daemon: Promise<DaemonState>;
  readonly container: Promise<NodeContainer | undefined>;
}

export function observeNodeGround(host: Host, signal: AbortSignal): NodeGround {
  const silence = new AbortController();
  const daemon = observeDaemon(host, signal).then((state) => {
    if (state.kind !== 'answers') silence.abort();
    return state;
  });
  const inspected = observeNodeContainer(host, AbortSignal.any([signal, silence.signal]));
  return { daemon, container: answered(signal, inspected) };
}

/** Looks and changes nothing; what does not answer is absent. */
export async function observeSizes(
  host: Host,
  programs: HostPrograms,
  signal: AbortSignal,
  ground = observeNodeGround(host, signal),
): Promise<ObservedSize> {
  const [daemon, container] = await Promise.all([ground.daemon, ground.container]);
  const engine = daemon.kind === 'answers' ? toResources(daemon.facts) : undefined;
  const limit = engine && container && limitWithin(engine, container.limit);
  const mayRun = engine !== undefined && container?.state !== 'stopped';
  const [profile, inside] = await Promise.all([
    answered(signal, readProfileConfig(host)),
    mayRun ? observeNodeSizes(host, describeKubectl(host, programs), limit, signal) : noNodes,
  ]);
  return { configured: profile && toResources(profile), limit, ...inside, host: engine };
}

type ObservedNodes = Pick<ObservedSize, 'node' | 'free' | 'rooms'>;

const noNodes: ObservedNodes = { node: undefined, free: undefined, rooms: [] };

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
  };
}

/** 0 is no limit, which is the whole machine. */
export function limitWithin(engine: Resources, { cpuMilli, memoryMb }: Resources): Resources {
  return smallestResources(engine, {
    cpuMilli: cpuMilli > 0 ? cpuMilli : engine.cpuMilli,
    memoryMb: memoryMb > 0 ? memoryMb : engine.memoryMb,
  });
}

async function observeNodes(host: Host, target: KubeTarget) {
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
