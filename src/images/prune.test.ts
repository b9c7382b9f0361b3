import { describe, expect, it } from 'vitest';
import type { ObservedImage } from './observed-image.js';
import type { NeededImage } from './image-rows.js';
import { planPrune } from './prune.js';

const needed: readonly NeededImage[] = [
  {
    name: 'spark',
    reference: 'spark-dev/spark:4.3.0-aaaaaaaaaaaa',
    recipe: 'aaaaaaaaaaaa',
    tar: '/d/images/spark-aaaaaaaaaaaa.tar',
    why: '',
  },
  {
    name: 'pause',
    reference: 'registry.k8s.io/pause:3.10.1',
    recipe: 'bbbbbbbbbbbb',
    tar: '/d/images/pause-bbbbbbbbbbbb.tar',
    why: '',
  },
];

function image(reference: string, recipe: string | undefined, createdAt = '2026-01-01T00:00:00Z'): ObservedImage {
  return { id: `sha256:${reference}`, references: [reference], digests: [], bytes: 1000, createdAt, recipe };
}

/** A file of a recipe proves that this home built its image. */
const fileOf = (recipe: string) => ({ path: `/d/images/x-${recipe}.tar`, bytes: 1 });
const proven = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc', '0123456789ab'];

function removedOf(
  images: readonly ObservedImage[],
  usedIds: readonly string[] = [],
  recipes = proven,
): readonly string[] {
  const daemon = { place: 'host', images, usedIds: new Set(usedIds) } as const;
  return planPrune(needed, [daemon], recipes.map(fileOf)).images.flatMap(({ references }) => references);
}

describe('planPrune', () => {
  it('removes what an earlier recipe made and keeps what the current one makes', () => {
    const images = [
      image('spark-dev/spark:4.3.0-aaaaaaaaaaaa', 'aaaaaaaaaaaa'),
      image('spark-dev/spark:4.3.0-0123456789ab', '0123456789ab'),
      image('registry.k8s.io/pause:3.10.1', 'bbbbbbbbbbbb'),
      image('registry.k8s.io/pause:3.10', 'cccccccccccc'),
    ];
    expect(removedOf(images)).toEqual(['spark-dev/spark:4.3.0-0123456789ab', 'registry.k8s.io/pause:3.10']);
  });

  it.each([
    ['has our name without our label', image('spark-dev/spark:4.3.0-0123456789ab', undefined)],
    ["has an application's name without our label", image('spark-dev-app:1', undefined)],
    ['has our label, inherited, under a name of its own', image('shop/orders:7', '0123456789ab')],
    ['has an official name without our label', image('registry.k8s.io/pause:3.9', undefined)],
    ['has a name that only begins like ours', image('spark-developer/x:1', '0123456789ab')],
  ])('leaves an image alone that %s', (_what, theirs) => {
    expect(removedOf([theirs])).toEqual([]);
  });

  it("leaves in this machine's Docker what this home has no file of, and an application over it", () => {
    const theirs = ['spark-dev/spark:4.3.0-0123456789ab', 'spark-dev/node:v1-0123456789ab', 'spark-dev-app:1'];
    const images = theirs.map((reference) => image(reference, '0123456789ab'));
    expect(removedOf(images)).toEqual(theirs);
    expect(removedOf(images, [], ['aaaaaaaaaaaa'])).toEqual([]);
  });

  it('removes what verify built, and says who builds it again', () => {
    const verify = image('spark-dev/verify:4.3.0-0123456789ab', '0123456789ab');
    const [removal] = planPrune(needed, [{ place: 'cluster', images: [verify], usedIds: new Set() }], []).images;
    expect(removal).toMatchObject({ references: verify.references, why: 'spark-dev verify rebuilds it in seconds' });
  });

  it('takes only our name from an image that has one of somebody else too', () => {
    const both = { ...image('spark-dev/spark:old-0123456789ab', '0123456789ab') };
    expect(removedOf([{ ...both, references: [...both.references, 'mine:1'] }])).toEqual([
      'spark-dev/spark:old-0123456789ab',
    ]);
  });

  it('keeps what a container has and says so', () => {
    const old = image('spark-dev/node:v1-0123456789ab', '0123456789ab');
    const plan = planPrune(needed, [{ place: 'cluster', images: [old], usedIds: new Set([old.id]) }], []);
    expect(plan).toEqual({
      images: [],
      files: [],
      kept: [{ place: 'cluster', references: ['spark-dev/node:v1-0123456789ab'] }],
    });
  });

  it('keeps the newest application on the current Spark, which the next run finds built', () => {
    const images = [
      image('spark-dev-app:old', 'aaaaaaaaaaaa', '2026-01-01T00:00:00Z'),
      image('spark-dev-app:new', 'aaaaaaaaaaaa', '2026-01-02T00:00:00.5Z'),
      image('spark-dev-app:newer-on-old-spark', '0123456789ab', '2026-01-03T00:00:00Z'),
    ];
    expect(removedOf(images)).toEqual(['spark-dev-app:old', 'spark-dev-app:newer-on-old-spark']);
  });

  it('keeps both names that Skaffold gives the newest, and counts an application without the Spark under it', () => {
    const spark = { ...image('spark-dev/spark:4.3.0-aaaaaaaaaaaa', 'aaaaaaaaaaaa'), bytes: 891_000_000 };
    const built = (id: string, day: string): ObservedImage => ({
      ...image(`spark-dev-app:${id}`, 'aaaaaaaaaaaa', `2026-01-0${day}T00:00:00Z`),
      references: [`spark-dev-app:input-${id}`, `spark-dev-app:${id}`],
      bytes: 891_005_000,
    });
    const images = [spark, built('old', '1'), built('new', '2')];
    expect(planPrune(needed, [{ place: 'cluster', images, usedIds: new Set() }], []).images).toMatchObject([
      { references: ['spark-dev-app:input-old', 'spark-dev-app:old'], bytes: 5000 },
    ]);
  });

  it('removes old files of the store and half-written ones, and nothing that is not named as ours are', () => {
    const files = [
      'spark-aaaaaaaaaaaa.tar',
      'spark-aaaaaaaaaaaa.json',
      'spark-0123456789ab.tar',
      'spark-0123456789ab.json',
      'pause-bbbbbbbbbbbb.tar.partial',
      'apt-sources.json',
      'my-backup.tar',
    ].map((name) => ({ path: `/d/images/${name}`, bytes: 1 }));
    expect(planPrune(needed, [], files).files.map(({ path }) => path.replace('/d/images/', ''))).toEqual([
      'spark-0123456789ab.tar',
      'spark-0123456789ab.json',
      'pause-bbbbbbbbbbbb.tar.partial',
    ]);
  });
});

it('keeps an old image over a base of the user while something that is built on it runs', () => {
  const base = image('spark-dev/spark-over-base:4.3.0-0123456789ab', '0123456789ab');
  const application = image('shop/orders:7', '0123456789ab');
  expect(removedOf([base, application])).toEqual(base.references);
  expect(removedOf([base, application], [application.id])).toEqual([]);
});
