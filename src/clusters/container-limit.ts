import type { Argv } from '../ports/runner.js';
import type { HostCapacity } from '../kube/size.js';
import type { ContainerLimit } from './node-container.js';

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
