import { z } from 'zod';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { profileName } from '../kube/names.js';
import { type Resources, toMemoryMb } from '../kube/resources.js';
import type { HostCapacity } from '../kube/size.js';

/** The container's limit; 0 means none. */
export interface ContainerLimit extends Resources {
  /** Memory plus swap: equal to memory (minikube's setting), double (Docker's default), or unlimited. */
  readonly withSwap: 'same' | 'double' | 'unlimited';
}

/** The node's container as Docker sees it: reliable even if minikube is missing or its profile is damaged. */
export interface NodeContainer {
  readonly state: 'running' | 'paused' | 'stopped';
  /** Set with `docker run` or `docker update`; also known for a stopped container. */
  readonly limit: ContainerLimit;
}

const answerWithinMs = 10_000;

const format = '--format={{.State.Status}} {{json .HostConfig}}';
export const inspectContainerArgv: Argv = ['docker', 'container', 'inspect', format, profileName];

/** Undefined if there is none. */
export async function observeNodeContainer(host: Host, signal?: AbortSignal): Promise<NodeContainer | undefined> {
  const options = { accept: [1], signal, timeoutMs: answerWithinMs };
  const { exitCode, stdout } = await host.runner.run(inspectContainerArgv, options);
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

/** Sets memory and swap together: Docker refuses a memory above the old sum of both. */
export function updateLimitArgv({ cpus, memoryMb }: HostCapacity, withSwap: ContainerLimit['withSwap'] = 'same'): Argv {
  const inTotal = { same: `${String(memoryMb)}m`, double: `${String(2 * memoryMb)}m`, unlimited: '-1' }[withSwap];
  const limits = ['--cpus', String(cpus), '--memory', `${String(memoryMb)}m`, '--memory-swap', inTotal];
  return ['docker', 'update', ...limits, profileName];
}
