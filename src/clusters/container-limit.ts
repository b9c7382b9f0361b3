import { z } from 'zod';
import type { Argv } from '../ports/runner.js';
import type { Resources } from '../kube/resources.js';
import type { HostCapacity } from '../kube/size.js';

const mebi = 1024 ** 2;

const hostConfigSchema = z.object({
  NanoCpus: z.number().default(0),
  CpuQuota: z.number().default(0),
  CpuPeriod: z.number().default(0),
  Memory: z.number().default(0),
  MemorySwap: z.number().default(0),
});

/** What the container may take; 0 stands for no limit. */
export interface ContainerLimit extends Resources {
  /** Memory and swap together: as much as the memory alone (minikube's wish), twice as much (Docker's default), or without limit. */
  readonly withSwap: 'same' | 'double' | 'unlimited';
}

/** Whether it runs, and what was set on it with `docker run` or `docker update`. */
export function inspectContainerArgv(container: string): Argv {
  return ['docker', 'container', 'inspect', '--format={{.State.Running}} {{json .HostConfig}}', container];
}

/** Docker tells it of a stopped container too; `--cpus` is NanoCpus, `--cpu-quota` counts in periods of 100 ms unless one is given. */
export function parseLimit(stdout: string): ContainerLimit {
  const said: unknown = JSON.parse(stdout.slice(stdout.indexOf('{')));
  const { NanoCpus, CpuQuota, CpuPeriod, Memory, MemorySwap } = hostConfigSchema.parse(said);
  const byQuota = CpuQuota > 0 ? (CpuQuota / (CpuPeriod === 0 ? 100_000 : CpuPeriod)) * 1000 : 0;
  return {
    cpuMilli: Math.round(NanoCpus > 0 ? NanoCpus / 1e6 : byQuota),
    memoryMb: Math.floor(Memory / mebi),
    withSwap: MemorySwap < 0 ? 'unlimited' : MemorySwap === Memory ? 'same' : 'double',
  };
}

/** Docker wants memory and swap together: the old sum may be below the new memory. */
export function updateLimitArgv(
  container: string,
  { cpus, memoryMb }: HostCapacity,
  withSwap: ContainerLimit['withSwap'] = 'same',
): Argv {
  const inTotal = { same: `${String(memoryMb)}m`, double: `${String(2 * memoryMb)}m`, unlimited: '-1' }[withSwap];
  return [
    'docker',
    'update',
    '--cpus',
    String(cpus),
    '--memory',
    `${String(memoryMb)}m`,
    '--memory-swap',
    inTotal,
    container,
  ];
}
