import { expect, it } from 'vitest';
import { updateLimitArgv } from './container-limit.js';

it.each([
  ['same', '4096m'],
  ['double', '8192m'],
  ['unlimited', '-1'],
] as const)('keeps the swap %s beside the memory', (withSwap, inTotal) => {
  const argv = updateLimitArgv('spark-dev', { cpus: 2, memoryMb: 4096 }, withSwap);
  expect(argv.join(' ')).toBe(`docker update --cpus 2 --memory 4096m --memory-swap ${inTotal} spark-dev`);
});
