import { expect, it } from 'vitest';
import { showBytes, showGigabytes, showSeconds } from './sizes.js';
import { capitalise, count, showTable } from './words.js';

it.each([
  [0, '0 bytes'],
  [1001, '2 kB'],
  [999_999, '1000 kB'],
  [1e6, '1 MB'],
  [2.5e9, '2.5 GB'],
])('%d bytes are %s', (bytes, shown) => {
  expect(showBytes(bytes)).toBe(shown);
});

it.each([
  [40, '0.0 s'],
  [59_940, '59.9 s'],
  [125_000, '2 min 5 s'],
])('%d ms are %s', (ms, shown) => {
  expect(showSeconds(ms)).toBe(shown);
});

it('counts, and begins a sentence', () => {
  expect([count(1, 'file'), count(2, 'file'), count(0, 'process', 'processes')]).toEqual([
    '1 file',
    '2 files',
    '0 processes',
  ]);
  expect([capitalise('it is'), capitalise('')]).toEqual(['It is', '']);
  expect(showGigabytes(6144)).toBe('6.0 GB');
});

it('lines columns up, and lets no cell move the cursor', () => {
  expect(showTable(['A', 'B'], [['long', 'x\u001b[2J']])).toEqual(['A     B', 'long  x']);
});
