import { expect, it } from 'vitest';
import { parseArchiveManifest } from './image-archive.js';

const hash = 'f'.repeat(64);

it.each([
  ['Docker 20.10', `${hash}.json`],
  ['Docker 25 and newer', `blobs/sha256/${hash}`],
])('reads what %s wrote', (_who, Config) => {
  expect(parseArchiveManifest(JSON.stringify([{ Config, RepoTags: ['a:1'], Layers: [] }]))).toEqual([
    { id: `sha256:${hash}`, references: ['a:1'] },
  ]);
});

it('reads one without a name', () => {
  expect(parseArchiveManifest(JSON.stringify([{ Config: `${hash}.json`, RepoTags: null }]))?.[0]?.references).toEqual(
    [],
  );
});

it.each(['', '{}', 'no json'])('takes nothing else for one: %j', (text) => {
  expect(parseArchiveManifest(text)).toBeUndefined();
});
