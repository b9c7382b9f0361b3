import { access, mkdir, readFile, writeFile, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.js';
import type { Scripted } from '../../test/fakes/fake-runner.js';
import { ensureDebianRoot, ensureImage, assembleContext, linkTree } from './build.js';
import { ensureLoaded } from './image-store.js';
import { planImage, type ImageRecipe, type PlannedImage, planDebianRoot } from './recipe.js';
import { overBaseRecipe } from './custom-base.js';

const saves: Scripted = { argv: ['docker', 'save'], does: async ([, , , file = '']) => writeFile(file, 'image') };
const lacks: Scripted = { argv: ['docker', 'image', 'inspect'], exitCode: 1, stderr: 'No such image' };
const others: readonly Scripted[] = [
  { argv: ['mmdebstrap'] },
  { argv: ['docker', 'build'], stdout: 'Step 1/3 : FROM scratch' },
  { argv: ['docker', 'import'] },
  { argv: ['docker', 'tag'] },
  { argv: ['docker', 'rmi'] },
  { argv: ['docker', 'image', 'prune'] },
  { argv: ['docker', 'load'] },
  { argv: ['docker', 'run'], stdout: 'systemd=252\nbash=5.2' },
];

async function planPause(host: FakeHost, change: Partial<ImageRecipe> = {}): Promise<PlannedImage> {
  const program = join(host.directories.working, 'pause');
  await writeFile(program, 'binary', { mode: 0o755 });
  const recipe: ImageRecipe = {
    name: 'pause',
    folder: 'pause',
    officialName: 'registry.k8s.io/pause:3.10.1',
    version: '3.10.1',
    args: {},
    files: [{ from: program, to: 'pause', fingerprint: 'pause/1-abc/pause' }],
    ...change,
  };
  return planImage(recipe, 'digest', host.directories.data);
}

const verbs = (host: FakeHost): string[] => host.runner.calls.map(({ argv }) => argv.slice(0, 2).join(' '));
const log = (host: FakeHost) => ({ logFile: join(host.directories.state, 'images.log') });

describe('ensureImage', () => {
  it('hands the recipe and its files to the classic builder and keeps the image under its official name', async () => {
    let context: readonly string[] = [];
    const builds: Scripted = {
      argv: ['docker', 'build'],
      does: async (argv) => {
        const folder = argv.at(-1) ?? '';
        context = [await readFile(join(folder, 'pause'), 'utf8'), await readFile(join(folder, 'Dockerfile'), 'utf8')];
      },
    };
    const host = createFakeHost({ programs: [builds, saves, lacks, ...others] });
    const image = await planPause(host);
    await ensureImage(host, image, log(host));
    expect(context[0]).toBe('binary');
    expect(context[1]).toContain('COPY pause /');
    expect(host.runner.calls.find(({ argv }) => argv[1] === 'build')?.options.env).toEqual({ DOCKER_BUILDKIT: '0' });
    expect(host.runner.calls.map(({ argv }) => argv.slice(1).join(' ')).slice(-6)).toEqual([
      'image inspect --format {{.Id}} registry.k8s.io/pause:3.10.1',
      `tag ${image.reference} registry.k8s.io/pause:3.10.1`,
      `save --output ${image.tar}.partial registry.k8s.io/pause:3.10.1`,
      'rmi registry.k8s.io/pause:3.10.1',
      `rmi ${image.reference}`,
      'image prune --force --filter label=io.spark-dev.stage=pause',
    ]);
    expect(await readFile(image.tar, 'utf8')).toBe('image');
    expect(JSON.parse(await readFile(image.manifest, 'utf8'))).toMatchObject({
      reference: 'registry.k8s.io/pause:3.10.1',
      recipe: image.hash,
      contents: { pause: 'pause/1-abc/pause' },
    });
  });

  it("gives the user's image of that name its name back", async () => {
    const theirs: Scripted = { argv: ['docker', 'image', 'inspect'], stdout: 'sha256:theirs' };
    const host = createFakeHost({ programs: [saves, theirs, ...others] });
    await ensureImage(host, await planPause(host), log(host));
    expect(host.runner.calls.map(({ argv }) => argv.join(' '))).toContain(
      'docker tag sha256:theirs registry.k8s.io/pause:3.10.1',
    );
    expect(host.runner.calls.map(({ argv }) => argv.join(' '))).not.toContain(
      'docker rmi registry.k8s.io/pause:3.10.1',
    );
  });

  it('does nothing when the file is there', async () => {
    const host = createFakeHost();
    const image = await planPause(host);
    await mkdir(dirname(image.tar), { recursive: true });
    await writeFile(image.tar, 'image');
    await ensureImage(host, image, log(host));
    expect(host.runner.calls).toEqual([]);
  });

  it('loads the root before it builds on it, and writes down the packages', async () => {
    const host = createFakeHost({ programs: [saves, lacks, ...others] });
    const base = planDebianRoot(
      { archive: 'http://a.example', security: 'http://s.example', proxy: undefined },
      host.directories.data,
    );
    const { officialName: _, ...recipe } = (await planPause(host)).recipe;
    const image = planImage({ ...recipe, base }, 'digest', host.directories.data);
    await ensureImage(host, image, log(host));
    expect(verbs(host)).toEqual([
      'docker image',
      'docker load',
      'docker build',
      'docker run',
      'docker save',
      'docker image',
    ]);
    expect(JSON.parse(await readFile(image.manifest, 'utf8'))).toMatchObject({ packages: ['bash=5.2', 'systemd=252'] });
  });

  it.each([
    ['the build', { argv: ['docker', 'build'], exitCode: 1, stderr: 'COPY failed' }, 'COPY failed'],
    ['the save', { argv: ['docker', 'save'], exitCode: 1, stderr: 'no space left on device?' }, 'no space'],
  ])('leaves no file and no context behind when %s fails', async (_what, failing: Scripted, why) => {
    const host = createFakeHost({ programs: [failing, saves, lacks, ...others] });
    const image = await planPause(host);
    await expect(ensureImage(host, image, log(host))).rejects.toMatchObject({
      why: expect.stringContaining(why) as string,
      log: log(host).logFile,
    });
    await expect(access(image.tar)).rejects.toThrow('ENOENT');
    await expect(access(`${image.tar}.partial`)).rejects.toThrow('ENOENT');
    await expect(access(join(host.directories.cache, 'build', `pause-${image.hash}`))).rejects.toThrow('ENOENT');
  });

  it('calls a failed build a failed build', async () => {
    const host = createFakeHost({
      programs: [{ argv: ['docker', 'build'], exitCode: 1, stderr: 'COPY failed' }, lacks, ...others],
    });
    await expect(ensureImage(host, await planPause(host), log(host))).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      exitCode: 7,
    });
  });
});

it('makes the root once', async () => {
  const host = createFakeHost({ programs: [saves, ...others] });
  const root = planDebianRoot(
    { archive: 'http://a.example', security: 'http://s.example', proxy: undefined },
    host.directories.data,
  );
  await ensureDebianRoot(host, root, log(host));
  await ensureDebianRoot(host, root, log(host));
  expect(verbs(host)).toEqual(['mmdebstrap --mode=root', 'docker import', 'docker save']);
});

it('hands the proxy to root by the environment, so that its password stands in no process list and no log', async () => {
  const proxy = 'http://ann:s3cret@proxy.example:3142';
  const host = createFakeHost({ programs: [{ argv: ['sudo'] }, saves, ...others], platform: { uid: 1000 } });
  const sources = { archive: 'http://a.example', security: 'http://s.example', proxy };
  await ensureDebianRoot(host, planDebianRoot(sources, host.directories.data), log(host));
  const made = host.runner.calls.find(({ argv }) => argv.includes('mmdebstrap'));
  expect(made?.argv.slice(0, 4)).toEqual(['sudo', '-n', '--preserve-env=http_proxy', 'mmdebstrap']);
  expect(made?.options.env).toEqual({ http_proxy: proxy });
  expect(JSON.stringify(host.runner.calls.map(({ argv }) => argv))).not.toContain('s3cret');
});

it.each([
  ['lacks it', lacks, true],
  ['has it', { argv: ['docker', 'image', 'inspect'], stdout: 'sha256:1' }, false],
])('loads an image into a daemon that %s', async (_what, inspect: Scripted, loaded) => {
  const host = createFakeHost({ programs: [inspect, ...others] });
  const dockerEnv = { DOCKER_HOST: 'tcp://192.0.2.1:2376' };
  expect(await ensureLoaded(host, { reference: 'a:1', tar: '/a.tar' }, { ...log(host), env: dockerEnv })).toBe(loaded);
  expect(verbs(host).includes('docker load')).toBe(loaded);
  expect(host.runner.calls.every(({ options }) => options.env?.['DOCKER_HOST'] === 'tcp://192.0.2.1:2376')).toBe(true);
});

it('brings whole folders without a second copy, exec bits included', async () => {
  const { working } = createFakeHost().directories;
  const from = join(working, 'pyspark');
  await mkdir(join(from, 'deps', 'jars'), { recursive: true });
  await writeFile(join(from, 'deps', 'jars', 'a.jar'), 'jar');
  await writeFile(join(from, 'run'), 'script', { mode: 0o755 });
  const to = join(working, 'context', 'pyspark');
  await linkTree(from, to);
  expect(await readFile(join(to, 'deps', 'jars', 'a.jar'), 'utf8')).toBe('jar');
  expect((await stat(join(to, 'run'))).mode & 0o111).not.toBe(0);
  expect((await stat(join(to, 'run'))).ino).toBe((await stat(join(from, 'run'))).ino);
});

it('has an empty folder where the Dockerfile copies from one and the recipe has nothing', async () => {
  const { working, package: home } = createFakeHost().directories;
  const context = join(working, 'context');
  await assembleContext(overBaseRecipe('4.3.0', `a/b@sha256:${'a'.repeat(64)}`), home, context);
  expect(await readdir(join(context, 'spark-distribution', 'deps', 'jars'))).toEqual([]);
  const dockerfile = await readFile(join(context, 'Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  );
  for (const source of copied) await stat(join(context, source));
});
