import { expect, it } from 'vitest';
import { lacksSysResource } from './capability.js';

const status = (mask: string): string => `Name:\tdockerd\nCapEff:\t000001ffffffffff\nCapBnd:\t${mask}\nCapAmb:\t0\n`;

it.each([
  ['000001ffffffffff', false],
  ['000001fffeffffff', true],
  ['0000000001000000', false],
  ['0000000000000000', true],
])('reads bit 24 of the bounding set %s', (mask, lacks) => {
  expect(lacksSysResource(status(mask))).toBe(lacks);
});

it('does not guess without a bounding set', () => {
  expect(lacksSysResource('Name:\tdockerd\n')).toBeUndefined();
});
