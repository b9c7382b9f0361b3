import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import { readProfileConfig } from '../minikube/profile-file.js';
import { profileName } from '../../kube/names.js';
import { lookAtProfile } from '../minikube/profile.js';
import { describeKubectl, type HostPrograms } from '../programs.js';
import { hasEnded, readPodRequest } from '../../kube/node-resources.js';
import { parseCpuMilli, parseMemoryMb } from '../../kube/quantity.js';
import { addResources, type Resources } from '../../kube/resources.js';
import { observeNodeContainer } from '../node-container.js';
import { parseCgroup, readCgroupArgv, type NodeCgroup } from './node-cgroup.js';
import { refuseState, type ResizeInputs } from './plan.js';
import { requireOwnership } from '../own-cluster.js';

const answerWithinMs = 20_000;

export interface ObservedResize extends ResizeInputs {
  readonly driver: string;
  /** The kernel's figures inside the node, if it runs. */
  readonly cgroup: NodeCgroup | undefined;
}

/** Reads the size from every source; changes nothing. */
export async function observeResize(host: Host, programs: HostPrograms, signal: AbortSignal): Promise<ObservedResize> {
  const { daemon } = await observeEngine(host, signal);
  if (daemon.kind !== 'answers') {
    throw new SparkDevError('ENGINE_SILENT', 'Docker does not answer, so the cluster cannot be resized', {
      fix: ['spark-dev doctor', 'spark-dev init --yes'],
    });
  }
  const { state } = await lookAtProfile(host, programs, true, signal);
  if (state === 'foreign') await requireOwnership(host, signal);
  refuseState(state);
  const { cpus, memoryMb } = daemon.facts;
  return observeResizeInState(host, programs, { host: { cpus, memoryMb }, state }, signal);
}

/** The same when the profile's state is known. */
export async function observeResizeInState(
  host: Host,
  programs: HostPrograms,
  known: Pick<ResizeInputs, 'host' | 'state'>,
  signal: AbortSignal,
): Promise<ObservedResize> {
  const [{ driver, ...configured }, container] = await Promise.all([
    readProfileConfig(host),
    observeNodeContainer(host, signal),
  ]);
  const nothing = { node: undefined, inUse: undefined, cgroup: undefined };
  const outside = { ...known, ...nothing, driver, configured, limit: container?.limit };
  if (known.state !== 'running') return outside;
  const [cgroup, seen] = await Promise.all([observeCgroup(host, signal), observeNode(host, programs, signal)]);
  if (seen === undefined) return { ...outside, state: 'broken', cgroup };
  const inUse = { requests: seen.requests, usedMb: cgroup.usedMb, ownMb: cgroup.usedMb - cgroup.podsUsedMb };
  return { ...outside, node: seen.node, inUse, cgroup };
}

async function observeCgroup(host: Host, signal: AbortSignal): Promise<NodeCgroup> {
  const options = { accept: [1, 2], signal, timeoutMs: answerWithinMs };
  return parseCgroup((await host.runner.run(readCgroupArgv(profileName), options)).stdout);
}

/** Undefined if Kubernetes does not answer. */
export async function observeNode(
  host: Host,
  programs: HostPrograms,
  signal: AbortSignal,
): Promise<{ readonly ready: boolean; readonly node: Resources; readonly requests: Resources } | undefined> {
  try {
    const kube = await host.kube(describeKubectl(host, programs));
    const [[node], pods] = await Promise.all([kube.listNodes(), kube.listPods({})]);
    const allocatable = node?.status?.allocatable;
    const held = pods.filter((pod) => pod.spec?.nodeName !== undefined && !hasEnded(pod));
    return {
      ready: node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true,
      node: { cpuMilli: parseCpuMilli(allocatable?.['cpu']), memoryMb: parseMemoryMb(allocatable?.['memory']) },
      requests: addResources(...held.map(readPodRequest)),
    };
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    return undefined;
  }
}
