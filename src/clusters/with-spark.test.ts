import { expect, it } from 'vitest';
import { cluster } from '../../test/worlds/cluster-run-world.js';
import { noteSparkArgv, readSparkImages } from './spark-images.js';
import { withSpark } from './with-spark.js';

const argv = noteSparkArgv(cluster, '3.5.9', 'spark-dev/spark-3.5.9:3.5.9-abc');
const [key = '', image = ''] = argv.at(-2)?.split('=') ?? [];

it('reads the note that it writes, among those of others', () => {
  expect(readSparkImages({ [key]: image, 'spark-dev/namespace': 'team-a' })).toEqual({ '3.5.9': image });
});

it('goes on with the image of the version that is asked for', () => {
  const both = { ...cluster, otherSparks: readSparkImages({ [key]: image }) };
  expect(withSpark(both, '3.5.9')).toEqual({ ...both, sparkImage: image, sparkVersion: '3.5.9' });
  expect(withSpark(both, '4.3.0')).toBe(both);
  expect(withSpark(both, undefined)).toBe(both);
});

it('says how to get a version that the cluster does not have, and refuses one that nobody knows', () => {
  expect(() => withSpark(cluster, '3.5.9')).toThrow(
    expect.objectContaining({ code: 'IMAGE_MISSING', fix: ['spark-dev images build spark-3.5.9'] }) as Error,
  );
  expect(() => withSpark(cluster, '9.9.9')).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
});
