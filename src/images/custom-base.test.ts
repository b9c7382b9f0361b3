import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { dockerBuildArgv, buildEnv } from './docker-argv.js';
import { listOverBase, overBaseRecipe, planOverBase, readBase } from './custom-base.js';
import { planImage } from './recipe.js';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const base = `apache/spark@${digest('a')}`;

describe('readBase', () => {
  it.each([
    [base, base],
    [`docker.io/apache/spark:4.3.0-python3@${digest('a')}`, base],
    [`127.0.0.1:5000/team/spark@${digest('b')}`, `127.0.0.1:5000/team/spark@${digest('b')}`],
  ])('takes %s', (text, name) => {
    expect(readBase(text)).toBe(name);
  });

  it('refuses a tag, and says how its digest is found', () => {
    expect(() => readBase('apache/spark:4.3.0')).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        what: expect.stringContaining('apache/spark:4.3.0') as string,
        fix: expect.arrayContaining([
          expect.stringContaining('docker buildx imagetools inspect apache/spark:4.3.0'),
          '--base apache/spark@sha256:…',
        ]) as string[],
      }),
    );
  });

  it.each(['', 'Apache/Spark@sha256:1', `apache/spark@${digest('A')}`, '--rm'])('refuses %j', (text) => {
    expect(() => readBase(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

it('is another image over another content or of another version, and the same wherever the base comes from', () => {
  const hashOf = (version: string, from: string): string =>
    planImage(overBaseRecipe(version, from), 'digest', '/data').hash;
  const first = hashOf('4.3.0', base);
  expect(hashOf('4.3.0', `mirror.example/apache/spark@${digest('a')}`)).toBe(first);
  expect(hashOf('4.3.0', `apache/spark@${digest('b')}`)).not.toBe(first);
  expect(hashOf('3.5.9', base)).not.toBe(first);
});

it('is built upon the base by its digest, with nothing from the network', () => {
  const image = planImage(overBaseRecipe('4.3.0', base), 'digest', '/data');
  expect(image.reference).toBe(`spark-dev/spark-over-base:4.3.0-${image.hash}`);
  expect(dockerBuildArgv(image, '/context')).toContain(`BASE=${base}`);
  expect(buildEnv(image)).toEqual({ DOCKER_BUILDKIT: '0' });
});

it('knows of the store what would be built the same today, and nothing else', async () => {
  const host = createFakeHost();
  const kept = await planOverBase(host, '4.3.0', base);
  await mkdir(dirname(kept.manifest), { recursive: true });
  const write = (file: string, text: string): Promise<void> => writeFile(file, text);
  await write(kept.manifest, JSON.stringify({ version: '4.3.0', base }));
  await write(kept.manifest.replace(kept.hash, '0123456789ab'), JSON.stringify({ version: '4.3.0', base }));
  await write(kept.manifest.replace(kept.hash, 'cccccccccccc'), '{"version": "4.3');
  expect(await listOverBase(host)).toMatchObject([{ reference: kept.reference, recipe: kept.hash, isOptional: true }]);
});
