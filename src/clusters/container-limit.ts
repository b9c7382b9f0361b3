import type { Argv } from '../ports/runner.js';
import type { HostCapacity } from '../kube/size.js';
import type { ContainerLimit } from './node-container.js';

/** Sets memory and swap together: Docker refuses a memory above the old sum of both. */
export function updateLimitArgv(
  container: string,
  { cpus, memoryMb }: HostCapacity,
  withSwap: ContainerLimit['withSwap'] = 'same',
): Argv {
  const inTotal = { same: `${String(memoryMb)}m`, double: `${String(2 * memoryMb)}m`, unlimited: '-1' }[withSwap];
  const limits = ['--cpus', String(cpus), '--memory', `${String(memoryMb)}m`, '--memory-swap', inTotal];
  return ['docker', 'update', ...limits, container];
}
