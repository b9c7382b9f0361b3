import { expect, it } from 'vitest';
import { readMemoryMb } from './memory-size.js';

it.each([
  ['6g', 6144],
  ['6GiB', 6144],
  ['6144', 6144],
  ['6144mb', 6144],
  ['1.5g', 1536],
  ['', undefined],
  ['lots', undefined],
  ['-1g', undefined],
  ['0', undefined],
  ['6t', undefined],
  ['6g; rm -rf /', undefined],
])('%j is %s MiB', (text, memoryMb) => {
  expect(readMemoryMb(text)).toBe(memoryMb);
});
