import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { ensureDebianRoot } from './build.js';
import { dockerBuildArgv, buildEnv } from './docker-argv.js';
import { planImage } from './recipe.js';
import { debianImage, nodeImage, planPulledNode, planPulledRoot } from './upstream-images.js';

it.each([debianImage, nodeImage])('$reference is named by digest, with two sources from two owners', (image) => {
  expect(image.reference).toMatch(/^[a-z.]+\/[\w/-]+(:[\w.]+)?@sha256:[0-9a-f]{64}$/);
  const owners = image.sources.map((source) => /^([\w-]+)\/[\w.-]+ \S+@[0-9a-f]{40}$/.exec(source)?.[1]);
  expect(owners).not.toContain(undefined);
  expect(new Set(owners).size).toBeGreaterThanOrEqual(2);
});

describe('a pulled root', () => {
  const logFile = '/dev/null';

  it.each([
    ['is pulled by digest', 1, [['docker', 'pull', '--quiet', debianImage.reference]]],
    ['is not pulled twice', 0, []],
  ])('%s', async (_name, exitCode, pulls) => {
    const programs = [{ argv: ['docker', 'image', 'inspect'], exitCode }, { argv: ['docker', 'pull'] }];
    const host = createFakeHost({ programs });
    await ensureDebianRoot(host, planPulledRoot(undefined, '/data'), { logFile });
    expect(host.runner.calls.map(({ argv }) => argv).filter((argv) => argv[1] === 'pull')).toEqual(pulls);
  });

  it('is the base of a build, with the proxy out of its argv', () => {
    const base = planPulledRoot('http://me:secret@proxy:3128', '/data');
    const image = planImage({ name: 'spark', folder: 'spark', version: '1', args: {}, files: [], base }, 'd', '/data');
    expect(dockerBuildArgv(image, 'context')).toEqual(
      expect.arrayContaining(['http_proxy', `BASE=${debianImage.reference}`]) as string[],
    );
    expect(dockerBuildArgv(image, 'context').join(' ')).not.toContain('secret');
    expect(buildEnv(image)).toMatchObject({ http_proxy: 'http://me:secret@proxy:3128' });
  });

  it('makes another image than a root of our own', () => {
    const recipe = { name: 'spark', folder: 'spark', version: '1', args: {}, files: [] };
    const pulled = planImage({ ...recipe, base: planPulledRoot(undefined, '/data') }, 'd', '/data');
    expect(pulled.hash).not.toBe(planImage(recipe, 'd', '/data').hash);
  });
});

it('knows the node only by the name that minikube gives it', () => {
  expect(planPulledNode('/data')).toMatchObject({ reference: nodeImage.reference, hash: 'eb4fec00e8ad' });
});
