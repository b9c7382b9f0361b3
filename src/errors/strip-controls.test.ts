import { expect, it } from 'vitest';
import { stripControls } from './strip-controls.js';

it.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007text', 'text'],
  ['\u001b]8;;http://x\u001b\\link', 'link'],
  ['a\tb', 'a\tb'],
  ['bell\u0007 back\u0008 c1\u009b31m', 'bell back c1'],
  ['plain ünïcode 🚀', 'plain ünïcode 🚀'],
])('%j becomes %j', (dirty, clean) => {
  expect(stripControls(dirty)).toBe(clean);
});
