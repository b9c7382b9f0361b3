import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import { readProfileSize } from '../minikube/profile-file.js';
import { profileName } from '../../kube/names.js';
import { lookAtProfile } from '../prepare/observe.js';
import { requireOwnCluster } from '../ownership.js';
import { describeKubectl, type HostPrograms } from '../programs.js';
import { readPodRequest } from '../../kube/node-resources.js';
import { parseCpuMilli, parseMemoryMb } from '../../kube/quantity.js';
import { addResources, type Resources } from '../../kube/resources.js';
import { inspectContainerArgv, parseLimit, type ContainerLimit } from '../container-limit.js';
import { parseCgroup, readCgroupArgv, type NodeCgroup } from './node-cgroup.js';
import { refuseState, type InUse, type ResizeInputs } from './plan.js';

const answerWithinMs = 20_000;

export interface ObservedResize extends ResizeInputs {
  readonly driver: string;
  /** What the kernel says inside, where it runs. */
  readonly cgroup: NodeCgroup | undefined;
}

/** Asks every place that has a word on the size, and changes nothing. */
export async function observeResize(host: Host, programs: HostPrograms, signal: AbortSignal): Promise<ObservedResize> {
  const { daemon } = await observeEngine(host, signal);
  if (daemon.kind !== 'answers') {
    throw new SparkDevError('ENGINE_SILENT', 'Docker does not answer, and it holds the cluster', {
      fix: ['spark-dev doctor', 'spark-dev init --yes'],
    });
  }
  const { state } = await lookAtProfile(host, programs, true, signal);
  if (state === 'foreign') await requireOwnCluster(host, signal);
  refuseState(state);
  const { cpus, memoryMb } = daemon.facts;
  return observeSize(host, programs, { host: { cpus, memoryMb }, state }, signal);
}

/** The same where it is known what runs. */
export async function observeSize(
  host: Host,
  programs: HostPrograms,
  known: Pick<ResizeInputs, 'host' | 'state'>,
  signal: AbortSignal,
): Promise<ObservedResize> {
  const [{ driver, ...configured }, limit] = await Promise.all([readProfileSize(host), observeLimit(host, signal)]);
  const outside = { ...known, driver, configured, limit };
  if (known.state !== 'running') return { ...outside, node: undefined, inUse: undefined, cgroup: undefined };
  const [cgroup, rooms] = await Promise.all([observeCgroup(host, signal), observeNode(host, programs, signal)]);
  if (rooms === undefined) return { ...outside, state: 'broken', node: undefined, inUse: undefined, cgroup };
  return { ...outside, node: rooms.node, inUse: sumInUse(rooms, cgroup), cgroup };
}

async function observeCgroup(host: Host, signal: AbortSignal): Promise<NodeCgroup> {
  const options = { accept: [1, 2], signal, timeoutMs: answerWithinMs };
  return parseCgroup((await host.runner.run(readCgroupArgv(profileName), options)).stdout);
}

async function observeLimit(host: Host, signal: AbortSignal): Promise<ContainerLimit | undefined> {
  const options = { accept: [1], signal, timeoutMs: answerWithinMs };
  const { exitCode, stdout } = await host.runner.run(inspectContainerArgv(profileName), options);
  return exitCode === 0 ? parseLimit(stdout) : undefined;
}

export interface NodeResourceList {
  readonly ready: boolean;
  readonly node: Resources;
  readonly requests: Resources;
}

/** Undefined where Kubernetes does not answer. */
export async function observeNode(
  host: Host,
  programs: HostPrograms,
  signal: AbortSignal,
): Promise<NodeResourceList | undefined> {
  try {
    const kube = await host.kube(describeKubectl(host, programs));
    const [nodes, pods] = await Promise.all([kube.listNodes(), kube.listPods({})]);
    const allocatable = nodes[0]?.status?.allocatable;
    const held = pods.filter(({ spec, status }) => spec?.nodeName !== undefined && !hasEnded(status?.phase));
    const node = {
      cpuMilli: parseCpuMilli(allocatable?.['cpu']),
      memoryMb: parseMemoryMb(allocatable?.['memory']),
    };
    const conditions = nodes[0]?.status?.conditions ?? [];
    return {
      ready: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
      node,
      requests: addResources(...held.map(readPodRequest)),
    };
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    return undefined;
  }
}

function hasEnded(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function sumInUse({ requests }: NodeResourceList, { usedMb, podsUsedMb }: NodeCgroup): InUse {
  return { requests, usedMb, ownMb: usedMb - podsUsedMb };
}
