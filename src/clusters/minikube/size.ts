import { smallestResources, type Resources } from '../../kube/resources.js';
import { toResources } from '../../kube/size.js';
import type { Host } from '../../ports/host.js';
import { observeDaemon, type DaemonState } from '../../toolchain/engine/observe.js';
import { observeNodeContainer, type NodeContainer } from '../node-container.js';
import { answered, noNodes, observeNodeSizes, type ObservedSize } from '../observed-size.js';
import { describeKubectl, type HostPrograms } from '../programs.js';
import { readProfileConfig } from './profile-config.js';

/** The container engine and the node's container; asked in parallel, each awaited where it is needed. */
export interface NodeEngine {
  readonly daemon: Promise<DaemonState>;
  /** Aborted when the engine turns out not to answer. */
  readonly signal: AbortSignal;
  readonly container: Promise<NodeContainer | undefined>;
}

export function observeNodeEngine(host: Host, signal: AbortSignal): NodeEngine {
  const silence = new AbortController();
  const daemon = observeDaemon(host, signal).then((state) => {
    if (state.kind !== 'answers') silence.abort();
    return state;
  });
  const either = AbortSignal.any([signal, silence.signal]);
  return { daemon, signal: either, container: answered(signal, observeNodeContainer(host, either)) };
}

/** Read-only; figures are absent if their source does not answer. */
export async function observeSizes(
  host: Host,
  programs: HostPrograms,
  signal: AbortSignal,
  node?: NodeEngine,
): Promise<ObservedSize> {
  const asked = node ?? observeNodeEngine(host, signal);
  const [daemon, container] = await Promise.all([asked.daemon, asked.container]);
  const engine = daemon.kind === 'answers' ? toResources(daemon.facts) : undefined;
  const limit = engine && container && limitWithin(engine, container.limit);
  // a caller without a node has heard from the cluster, whatever Docker DOCKER_HOST names
  const mayRun = (engine !== undefined || node === undefined) && container?.state !== 'stopped';
  const [profile, inside] = await Promise.all([
    answered(signal, readProfileConfig(host)),
    mayRun ? observeNodeSizes(host, describeKubectl(host, programs), limit, signal) : noNodes,
  ]);
  return { configured: profile && toResources(profile), limit, ...inside, host: engine };
}

/** 0 means no limit: the whole machine. */
export function limitWithin(engine: Resources, { cpuMilli, memoryMb }: Resources): Resources {
  return smallestResources(engine, {
    cpuMilli: cpuMilli > 0 ? cpuMilli : engine.cpuMilli,
    memoryMb: memoryMb > 0 ? memoryMb : engine.memoryMb,
  });
}
