import { expect, it } from 'vitest';
import { parseArchiveManifest, planLoad } from './load.js';
import type { ObservedImage } from './observed-image.js';

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

const id = `sha256:${'a'.repeat(64)}`;
const request = { withContentTag: false, word: 'orders.tar' };

function inCluster(reference: string, of = id): ObservedImage {
  return { id: of, references: [reference], digests: [], bytes: 1, createdAt: '', recipe: undefined };
}

it('loads what is not there, and leaves what is', () => {
  const images = [{ id, references: ['shop/orders:1', 'shop/orders:latest'] }];
  expect(planLoad(images, [inCluster('shop/orders:1')], request)).toMatchObject([
    { as: 'shop/orders:1', isThere: true },
    { as: 'shop/orders:latest', isThere: false },
  ]);
});

it('refuses a taken name with the command that was typed', () => {
  const load = (): unknown =>
    planLoad([{ id, references: ['shop/orders:1'] }], [inCluster('shop/orders:1', 'sha256:b')], request);
  expect(load).toThrow(
    expect.objectContaining({
      code: 'IMAGE_TAG_TAKEN',
      fix: [expect.stringContaining('images load orders.tar --content-tag'), expect.any(String)] as unknown,
    }),
  );
});

it('knows an image that has its content tag already', () => {
  const there = [inCluster('shop/orders:1', 'sha256:b'), inCluster('shop/orders:1-aaaaaaaaaaaa')];
  expect(planLoad([{ id, references: ['shop/orders:1'] }], there, { ...request, withContentTag: true })).toEqual([
    { id, reference: 'shop/orders:1', as: 'shop/orders:1-aaaaaaaaaaaa', takenBy: 'sha256:b', isThere: true },
  ]);
});

it('refuses an image without a name', () => {
  expect(() => planLoad([{ id, references: [] }], [], request)).toThrow('has no name');
});
