import { z } from 'zod';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { profileName } from '../kube/names.js';
import { toMemoryMb } from '../kube/quantity.js';
import type { Resources } from '../kube/resources.js';

/** What the container may take; 0 stands for no limit. */
export interface ContainerLimit extends Resources {
  /** Memory and swap together: as much as the memory alone (minikube's wish), twice as much (Docker's default), or without limit. */
  readonly withSwap: 'same' | 'double' | 'unlimited';
}

/** The container that is the node, as Docker sees it: the truth where minikube is missing or has lost its own record. */
export interface NodeContainer {
  readonly state: 'running' | 'paused' | 'stopped';
  /** What was set on it with `docker run` or `docker update`; Docker tells it of a stopped container too. */
  readonly limit: ContainerLimit;
}

const answerWithinMs = 10_000;

export function inspectContainerArgv(container: string): Argv {
  return ['docker', 'container', 'inspect', '--format={{.State.Status}} {{json .HostConfig}}', container];
}

/** Undefined where there is none. */
export async function observeNodeContainer(host: Host, signal?: AbortSignal): Promise<NodeContainer | undefined> {
  const argv = inspectContainerArgv(profileName);
  const { exitCode, stdout } = await host.runner.run(argv, { accept: [1], signal, timeoutMs: answerWithinMs });
  return exitCode === 0 ? parseNodeContainer(stdout) : undefined;
}

const hostConfigSchema = z.object({
  NanoCpus: z.number().default(0),
  CpuQuota: z.number().default(0),
  CpuPeriod: z.number().default(0),
  Memory: z.number().default(0),
  MemorySwap: z.number().default(0),
});

/** `running {"NanoCpus":…}`; `--cpus` is NanoCpus, `--cpu-quota` counts in periods of 100 ms unless one is given. */
export function parseNodeContainer(stdout: string): NodeContainer {
  const [state = ''] = stdout.split(' ', 1);
  const read: unknown = JSON.parse(stdout.slice(state.length));
  const { NanoCpus, CpuQuota, CpuPeriod, Memory, MemorySwap } = hostConfigSchema.parse(read);
  const byQuota = CpuQuota > 0 ? (CpuQuota / (CpuPeriod > 0 ? CpuPeriod : 100_000)) * 1000 : 0;
  return {
    state: state === 'running' || state === 'paused' ? state : 'stopped',
    limit: {
      cpuMilli: Math.round(NanoCpus > 0 ? NanoCpus / 1e6 : byQuota),
      memoryMb: toMemoryMb(Memory),
      withSwap: MemorySwap < 0 ? 'unlimited' : MemorySwap === Memory ? 'same' : 'double',
    },
  };
}
