import type { V1Pod } from '@kubernetes/client-node';
import type { Host } from '../ports/host.js';
import { roleLabel, runLabel } from '../kube/labels.js';
import type { KubeTarget } from '../ports/kube.js';
import { observeEngine } from '../toolchain/engine/observe.js';
import { profileListArgv } from './minikube/argv.js';
import { parseProfileList } from './minikube/parse.js';
import { profileName } from '../kube/names.js';
import { readNodeResources, sumFree, type NodeResources } from '../kube/node-resources.js';
import { describeKubectl, describeMinikube, type HostPrograms } from './programs.js';
import { addResources, smallestResources, type Resources } from '../kube/resources.js';
import { toResources } from '../kube/size.js';
import { observeNodeContainer } from './node-container.js';

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

/** The runs in the cluster, whoever began them. */
export interface ObservedRuns {
  readonly pods: readonly V1Pod[];
  /** What the nodes have once they have all ended. */
  readonly roomsAfter: readonly NodeResources[];
}

const answerWithinMs = 10_000;

/** Looks and changes nothing; what does not answer is absent. */
export async function observeSizes(host: Host, programs: HostPrograms, signal: AbortSignal): Promise<ObservedSize> {
  const [engine, configured] = await Promise.all([
    observeHostSize(host, signal),
    answered(signal, observeConfigured(host, programs, signal)),
  ]);
  const container = engine === undefined ? undefined : await answered(signal, observeNodeContainer(host, signal));
  const limit = engine && container && limitWithin(engine, container.limit);
  const mayRun = engine !== undefined && container?.state !== 'stopped';
  const inside = mayRun ? await observeNodeSizes(host, describeKubectl(host, programs), limit, signal) : noNodes;
  return { configured, limit, ...inside, host: engine };
}

type ObservedNodes = Pick<ObservedSize, 'node' | 'free' | 'rooms' | 'runs'>;

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
    runs: {
      pods: seen.pods.filter(isOfRun),
      roomsAfter: readNodeResources(
        seen.nodes,
        seen.pods.filter((pod) => !isOfRun(pod)),
        limit,
      ),
    },
  };
}

/** What ends by itself: the submit service and a shell stay until somebody ends them. */
function isOfRun({ metadata }: V1Pod): boolean {
  const role = metadata?.labels?.[roleLabel];
  return metadata?.labels?.[runLabel] !== undefined && role !== 'service' && role !== 'shell';
}

async function observeHostSize(host: Host, signal: AbortSignal): Promise<Resources | undefined> {
  const { daemon } = await observeEngine(host, signal);
  if (daemon.kind !== 'answers') return undefined;
  return toResources(daemon.facts);
}

async function observeConfigured(
  host: Host,
  programs: HostPrograms,
  signal: AbortSignal,
): Promise<Resources | undefined> {
  if (programs.missing.includes('minikube')) return undefined;
  const { minikube, env } = describeMinikube(host, programs);
  const options = { env, signal, timeoutMs: answerWithinMs, accept: [14] };
  const { stdout } = await host.runner.run(profileListArgv(minikube), options);
  const profile = parseProfileList(stdout).valid.find(({ name }) => name === profileName);
  return profile === undefined ? undefined : toResources(profile);
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
