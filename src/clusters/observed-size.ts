import type { Host } from '../ports/host.js';
import type { KubeTarget } from '../ports/kube.js';
import { observeEngine } from '../toolchain/engine/observe.js';
import { profileListArgv } from './minikube/argv.js';
import { parseProfileList } from './minikube/parse.js';
import { profileName } from '../kube/names.js';
import { readNodeResources, sumFree, type NodeResources } from '../kube/node-resources.js';
import { describeKubectl, describeMinikube, type HostPrograms } from './programs.js';
import { addResources, smallestResources, type Resources } from '../kube/resources.js';
import { inspectContainerArgv, parseLimit } from './container-limit.js';
import { toResources } from '../kube/size.js';

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

const answerWithinMs = 10_000;

/** Looks and changes nothing; what does not answer is absent. */
export async function observeSizes(host: Host, programs: HostPrograms, signal: AbortSignal): Promise<ObservedSize> {
  const [{ engine, container }, configured] = await Promise.all([
    observeContainer(host, signal),
    answered(signal, observeConfigured(host, programs, signal)),
  ]);
  const limit = container?.limit;
  const mayRun = engine !== undefined && container?.isRunning !== false;
  const inside = mayRun ? await observeNodeSizes(host, describeKubectl(host, programs), limit, signal) : noNodes;
  return { configured, limit, ...inside, host: engine };
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

interface NodeContainer {
  readonly isRunning: boolean;
  readonly limit: Resources;
}

async function observeContainer(
  host: Host,
  signal: AbortSignal,
): Promise<{ readonly engine: Resources | undefined; readonly container?: NodeContainer }> {
  const engine = await observeHostSize(host, signal);
  if (engine === undefined) return { engine };
  const options = { accept: [1], timeoutMs: answerWithinMs, signal };
  const asked = await answered(signal, host.runner.run(inspectContainerArgv(profileName), options));
  return asked?.exitCode === 0 ? { engine, container: readNodeContainer(asked.stdout, engine) } : { engine };
}

/** A container without a limit has the whole machine. */
export function readNodeContainer(stdout: string, engine: Resources): NodeContainer {
  const { cpuMilli, memoryMb } = parseLimit(stdout);
  const limit: Resources = {
    cpuMilli: cpuMilli > 0 ? cpuMilli : engine.cpuMilli,
    memoryMb: memoryMb > 0 ? memoryMb : engine.memoryMb,
  };
  return { isRunning: stdout.startsWith('true '), limit: smallestResources(engine, limit) };
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
