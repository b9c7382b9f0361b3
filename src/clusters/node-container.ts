import type { Host } from '../ports/host.js';
import { nodeContainerArgv } from './minikube/argv.js';
import { profileName } from '../kube/names.js';
import type { HostCapacity } from '../kube/size.js';

/** The container that is the node, as Docker sees it: the truth where minikube is missing or has lost its own record. */
export interface NodeContainer {
  readonly state: 'running' | 'paused' | 'stopped';
  /** Undefined where it was given none. */
  readonly limit: HostCapacity | undefined;
}

const answerWithinMs = 10_000;

/** Undefined where there is none. */
export async function observeNodeContainer(host: Host, signal?: AbortSignal): Promise<NodeContainer | undefined> {
  const argv = nodeContainerArgv({ profile: profileName });
  const { exitCode, stdout } = await host.runner.run(argv, { accept: [1], signal, timeoutMs: answerWithinMs });
  return exitCode === 0 ? parseNodeContainer(stdout) : undefined;
}

/** `running 2000000000 6442450944`: state, nanoseconds of processor a second, bytes. */
export function parseNodeContainer(stdout: string): NodeContainer {
  const [state, nanoCpus = '0', memoryBytes = '0'] = stdout.trim().split(' ');
  const limit = { cpus: Math.ceil(Number(nanoCpus) / 1e9), memoryMb: Math.floor(Number(memoryBytes) / 1024 ** 2) };
  return {
    state: state === 'running' || state === 'paused' ? state : 'stopped',
    limit: limit.cpus > 0 && limit.memoryMb > 0 ? limit : undefined,
  };
}
