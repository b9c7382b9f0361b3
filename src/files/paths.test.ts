import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileSize, isBelow, isFile, isThere, readJson } from './paths.js';

const folder = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
const at = (name: string): string => join(folder, name);
mkdirSync(at('a-folder'));
writeFileSync(at('empty'), '');
writeFileSync(at('full.json'), '{"a":1}');

it.each([
  ['a-folder', true, false, undefined],
  ['empty', true, true, 0],
  ['full.json', true, true, 7],
  ['missing', false, false, undefined],
])('%s: there %s, a file %s, of %s bytes', async (name, there, file, size) => {
  expect([await isThere(at(name)), await isFile(at(name)), await fileSize(at(name))]).toEqual([there, file, size]);
});

it('gives undefined for what is no JSON', async () => {
  const read = await Promise.all(['full.json', 'empty', 'missing', 'a-folder'].map((name) => readJson(at(name))));
  expect(read).toEqual([{ a: 1 }, undefined, undefined, undefined]);
});

it.each([
  ['/a/b', '/a/b', true],
  ['/a/b', '/a/b/c', true],
  ['/a/b', '/a/bc', false],
  ['/', '/a', true],
])('%s holds %s: %s', (outer, path, expected) => {
  expect(isBelow(outer, path, '/')).toBe(expected);
});
