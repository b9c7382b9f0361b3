import { expect, it } from 'vitest';
import { parseOwnTags } from './images.js';

const image = (tags: readonly string[] | null, recipe?: string): string =>
  JSON.stringify({ id: 'sha256:1', tags, labels: recipe === undefined ? null : { 'io.spark-dev.recipe': recipe } });

it.each([
  ['ours', image(['spark-dev/node:v1.34.4-abc'], 'abc'), ['spark-dev/node:v1.34.4-abc']],
  ['one of our name without our label', image(['spark-dev/foo:1-abc']), []],
  ['one that somebody built on ours', image(['shop/etl:2'], 'abc'), []],
  ['one with our name, built on another of our images', image(['spark-dev/mine:1'], 'abc'), []],
  [
    'a second name that somebody gave to ours',
    image(['shop/spark:1', 'spark-dev/spark:4-abc'], 'abc'),
    ['spark-dev/spark:4-abc'],
  ],
  [
    'an official name that a cut-short save left',
    image(['registry.k8s.io/pause:3.10.1', 'spark-dev/pause:3-abc'], 'abc'),
    ['registry.k8s.io/pause:3.10.1', 'spark-dev/pause:3-abc'],
  ],
  ['the official image itself', image(['registry.k8s.io/pause:3.10.1']), []],
  ['untagged', image(null, 'abc'), []],
])('of %s', (_name, line, tags) => {
  expect(parseOwnTags(`${line}\n`, new Set(['abc']))).toEqual(tags);
  expect(parseOwnTags(`${line}\n`, new Set(['another'])), 'of another home').toEqual([]);
});
