import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDirectories } from './system-platform.js';

it.each(['/proc', '/proc/nope', '/var/../proc/1'])('does not take SPARK_DEV_HOME=%s', (home) => {
  expect(() => readDirectories({ SPARK_DEV_HOME: home })).toThrow(/SPARK_DEV_HOME: \/proc/);
});

it('puts all our folders below SPARK_DEV_HOME', () => {
  const { data, cache, state, config } = readDirectories({ SPARK_DEV_HOME: '/procedures' });
  expect([data, cache, state, config]).toEqual(
    ['data', 'cache', 'state', 'config'].map((name) => `/procedures/${name}`),
  );
});

it.each(['/a:b', '/a\nb', '/a\tb', '/a*b', '/a[b', '/a]b', '/a{b', '/a}b', '/a?b', '/a\\b'])(
  'refuses %j by name: Java and Spark would look elsewhere',
  (home) => {
    expect(() => readDirectories({ SPARK_DEV_HOME: home })).toThrow(
      `spark-dev cannot keep its files in ${JSON.stringify(`${home}/data`)}`,
    );
  },
);

it.each(['/a b', '/a,b', '/a#b', '/a%20b', '/a"b', "/a'b", '/-a', '/ä😀'])('takes SPARK_DEV_HOME=%s', (home) => {
  expect(readDirectories({ SPARK_DEV_HOME: home }).cache).toBe(`${home}/cache`);
});

it('has one name for a home, whichever link leads to it, before and after it is made', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'spark-dev-test-')));
  symlinkSync(root, join(root, 'link'));
  const read = (): readonly string[] => {
    const { data, cache, state } = readDirectories({ SPARK_DEV_HOME: join(root, 'link', 'home') });
    return [data, cache, state];
  };
  const expected = ['data', 'cache', 'state'].map((name) => join(root, 'home', name));
  expect(read()).toEqual(expected);
  for (const folder of expected) mkdirSync(folder, { recursive: true });
  expect(read()).toEqual(expected);
});
