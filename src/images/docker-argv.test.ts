import { expect, it } from 'vitest';
import { dockerBuildArgv, buildEnv, importArgv, parseBuildStep } from './docker-argv.js';
import { planImage, type ImageRecipe, mmdebstrapArgv, planDebianRoot } from './recipe.js';

const root = planDebianRoot(
  {
    archive: 'http://mirror.example/debian',
    security: 'http://mirror.example/security',
    proxy: 'http://ann:s3cret@proxy.example:3142',
  },
  '/data',
);
const recipe: ImageRecipe = {
  name: 'node',
  folder: 'node',
  version: 'v1',
  args: { KUBERNETES_VERSION: 'v1' },
  files: [],
  base: root,
};

it('builds with labels, the root as BASE, and the proxy as the argument that Docker forgets and nobody sees', () => {
  const image = planImage(recipe, 'digest', '/data');
  expect(dockerBuildArgv(image, '/context')).toEqual([
    'docker',
    'build',
    '--force-rm',
    '--network',
    'host',
    '--label',
    `io.spark-dev.recipe=${image.hash}`,
    '--label',
    'app.kubernetes.io/managed-by=spark-dev',
    '--build-arg',
    'http_proxy',
    '--build-arg',
    `BASE=${root.reference}`,
    '--build-arg',
    'KUBERNETES_VERSION=v1',
    '--tag',
    image.reference,
    '/context',
  ]);
  expect(buildEnv(image)).toEqual({ DOCKER_BUILDKIT: '0', http_proxy: 'http://ann:s3cret@proxy.example:3142' });
});

it('builds an image of one program without a base', () => {
  const { base: _, ...alone } = recipe;
  const image = planImage(alone, 'digest', '/data');
  expect(dockerBuildArgv(image, '/context').filter((word) => /^(BASE=|http_proxy)/.test(word))).toEqual([]);
  expect(buildEnv(image)).toEqual({ DOCKER_BUILDKIT: '0' });
});

it('labels the root too', () => {
  expect(importArgv(root, '/scratch/root.tar')).toEqual([
    'docker',
    'import',
    '--change',
    `LABEL io.spark-dev.recipe=${root.hash}`,
    '--change',
    'LABEL app.kubernetes.io/managed-by=spark-dev',
    '/scratch/root.tar',
    root.reference,
  ]);
});

it('makes the root from the given mirror with security updates', () => {
  const argv = mmdebstrapArgv(root, '/scratch/root.tar');
  expect(argv[0]).toBe('mmdebstrap');
  expect(argv.join(' ')).not.toContain('s3cret');
  expect(argv.slice(-5)).toEqual([
    'bookworm',
    '/scratch/root.tar',
    'deb http://mirror.example/debian bookworm main',
    'deb http://mirror.example/debian bookworm-updates main',
    'deb http://mirror.example/security bookworm-security main',
  ]);
});

it.each([
  ['Step 3/16 : RUN apt-get update', { step: 3, total: 16, does: 'RUN apt-get update' }],
  [' ---> Running in 0debd07f90b8', undefined],
])('reads the classic builder: %s', (line, at) => {
  expect(parseBuildStep(line)).toEqual(at);
});
