import { expect, it } from 'vitest';
import { compareVersions, majorOf, minorOf } from './semantic-version.js';

it.each([
  ['1.25.0', '1.26.8', -1],
  ['v1.38.1', '1.38.1', 0],
  ['1.9.0', '1.10.0', -1],
  ['v2.16.1-12-gabc-dirty', 'v2.16.1', 0],
  ['1.32.4-dispatcher', '1.32.5', -1],
  ['1.26', '1.25.9', 1],
])('compares %s with %s', (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign);
  expect(Math.sign(compareVersions(right, left)) + sign).toBe(0);
});

it('takes major and minor apart', () => {
  expect([majorOf('v1.34.4'), minorOf('v1.34.4')]).toEqual([1, 34]);
});
