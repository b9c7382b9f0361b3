import { expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.js';

function split(...chunks: readonly (string | Buffer)[]): readonly string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.add(Buffer.from(chunk as string));
  splitter.end();
  return lines;
}

it.each([
  [['a\nb\n'], ['a', 'b']],
  [['a\r\nb'], ['a', 'b']],
  [
    ['a\r', '\nb'],
    ['a', 'b'],
  ],
  [
    ['10%\r20%\r', '30%\n'],
    ['10%', '20%', '30%'],
  ],
  [
    ['on', 'e\n\ntwo'],
    ['one', '', 'two'],
  ],
  [[''], []],
])('%j → %j', (chunks, lines) => {
  expect(split(...chunks)).toEqual(lines);
});

it('keeps letters whole that two chunks share', () => {
  const rocket = Buffer.from('🚀\n');
  expect(split(rocket.subarray(0, 2), rocket.subarray(2))).toEqual(['🚀']);
});

it('cuts a line that has no end', () => {
  const lines = split(...Array.from({ length: 30 }, () => 'x'.repeat(64 * 1024)), '\nnext\n');
  expect(lines.map((line) => line.length)).toEqual([256 * 1024, 4]);
});
