import { profileName } from '../../kube/names.js';
import { smallestResources, type Resources } from '../../kube/resources.js';
import { toResources } from '../../kube/size.js';
import type { Host } from '../../ports/host.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import { observeNodeContainer } from '../node-container.js';
import { answered, noNodes, observeNodeSizes, type ObservedSize } from '../observed-size.js';
import { describeKubectl, describeMinikube, type HostPrograms } from '../programs.js';
import { profileListArgv } from './argv.js';
import { parseProfileList } from './parse.js';

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
