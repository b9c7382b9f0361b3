import { expect, it } from 'vitest';
import { suggestNearest } from './suggest.js';

it.each([
  ['rn', 'run'],
  ['runn', 'run'],
  ['statsu', 'status'],
  ['STATUS', 'status'],
  ['dcotor', 'doctor'],
  ['sparkpi', undefined],
  ['', undefined],
  ['🚀'.repeat(100), undefined],
])('%j → %j', (word, nearest) => {
  expect(suggestNearest(word, ['run', 'status', 'doctor', 'version'])).toBe(nearest);
});

it('has nothing to suggest where nothing is known', () => {
  expect(suggestNearest('run', [])).toBeUndefined();
});
