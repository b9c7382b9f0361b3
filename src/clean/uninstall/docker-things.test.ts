import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { createFakeRunner } from '../../../test/fakes/fake-runner.js';
import { listTags, ownTagsOf } from './docker-things.js';

const image = (tags: readonly string[] | null, recipe?: string): string =>
  JSON.stringify({
    ...{ Id: 'sha256:1', RepoTags: tags, Size: 1, Created: '' },
    Config: { Labels: recipe === undefined ? null : { 'io.spark-dev.recipe': recipe } },
  });

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
])('of %s', async (_name, line, tags) => {
  const runner = createFakeRunner([
    { argv: ['docker', 'image', 'ls'], stdout: 'one:1' },
    { argv: ['docker', 'image', 'inspect'], stdout: `${line}\n` },
  ]);
  const list = (recipe: string): Promise<readonly string[]> => {
    const daemon = { place: 'host', dockerEnv: undefined } as const;
    return listTags(
      { ...createFakeHost(), runner },
      daemon,
      new Set([recipe]),
      ownTagsOf,
      new AbortController().signal,
    );
  };
  expect(await list('abc')).toEqual(tags);
  expect(await list('another'), 'of another home').toEqual([]);
});
