import { expect, it } from 'vitest';
import { createTerminalFilter, stripControls } from './strip-controls.js';

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

it.each([
  [
    '\u001b[1;31mred\u001b[0m \u001b[38:2::1:2:3mcolour\u001b[m',
    '\u001b[1;31mred\u001b[0m \u001b[38:2::1:2:3mcolour\u001b[m',
  ],
  ['1%\r2%\u001b[K\u001b[2K\n', '1%\r2%\u001b[K\u001b[2K\n'],
  ['\u009b31mred', '\u001b[31mred'],
  ['a\u001b[2Jb\u001b[Hc\u001b[?1049hd\u001b[>4;2me\u001b[3Kf\u001b[1 qg', 'abcdefg'],
  ['a\u001b]52;c;AAAA\u0007b\u001b]0;x\u001b\\c\u009d0;x\u009cd', 'abcd'],
  ['a\u001bPq#0\u001b\\b\u0090x\u009cc\u001b_x\u001b\\d\u001b^x\u001b\\e\u001bXx\u001b\\f', 'abcdef'],
  ['a\u001bcb\u001b7c\u001b(0d\u001b#8e\u001b\u001b[2Jf', 'abcdef'],
  ['a\u0008b\u0007c\u000bd\u000ce\u007ff\u0085g', 'abcdefg'],
  ['never ended \u001b]0;title\nnext', 'never ended \nnext'],
  ['string with a sequence \u001b]0;\u001b[2J\u001b[31mx', 'string with a sequence \u001b[31mx'],
  [`long \u001b[${'1;'.repeat(1000)}m.`, 'long .'],
])('a terminal is shown %j as %j, in pieces of any length', (dirty, shown) => {
  for (const length of [1, 2, 3, 5, dirty.length]) {
    const filter = createTerminalFilter();
    const pieces = Array.from({ length: Math.ceil(dirty.length / length) }, (_, at) =>
      filter.pass(dirty.slice(at * length, (at + 1) * length)),
    );
    expect(pieces.join('')).toBe(shown);
  }
});
