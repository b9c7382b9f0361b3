import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { imageIdArgv } from '../../src/images/docker-argv.js';
import type { DockerConnector } from '../../src/ports/docker.js';
import type { Argv, RunOptions } from '../../src/ports/runner.js';
import { dockerWith, type FakeDaemons } from '../fakes/fake-images.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const base = `apache/spark@sha256:${'a'.repeat(64)}`;

const look = (change: (text: string) => string = (text) => text): string =>
  change(
    [
      '/opt/spark/jars/spark-core_2.13-4.3.0.jar',
      '/opt/spark/python/pyspark/__init__.py',
      'python 3.12',
      '    java.specification.version = 21',
      'java.base@21',
    ].join('\n'),
  );

interface World {
  readonly machine: FakeMachine;
  readonly daemons: FakeDaemons;
  readonly pulled: readonly string[];
}

/** A registry that has the base, and a builder whose images carry the label that they were told. */
async function createWorld(
  looked = look(),
  arch = 'amd64',
  profile: 'running' | 'stopped' = 'running',
  lookedAfterwards = looked,
): Promise<World> {
  const daemons: FakeDaemons = { host: [], cluster: [] };
  const pulled: string[] = [];
  const docker: DockerConnector = () =>
    Promise.resolve({
      pull(reference) {
        pulled.push(reference);
        daemons.host.push({ id: `sha256:${'b'.repeat(64)}`, tags: [reference] });
        return Promise.resolve();
      },
    });
  const programs = [
    { argv: ['docker', 'context', 'inspect'], stdout: '{"Endpoints":{"docker":{"Host":"unix:///run/docker.sock"}}}' },
    { argv: ['docker', 'info', '--format', '{{.DockerRootDir}}'], stdout: '/' },
    { argv: ['docker', 'image', 'inspect', '--format', '{{.Architecture}}'], stdout: `${arch}\n` },
    { argv: ['docker', 'version'], stdout: 'amd64\n' },
    {
      argv: ['docker', 'run', '--rm', '--network=none', '--user=0'],
      answers: (argv: Argv) => ({ stdout: argv.includes(base) ? looked : lookedAfterwards }),
    },
    {
      argv: ['docker', 'build'],
      does: (argv: readonly string[]) => {
        const recipe = argv.find((word) => word.startsWith('io.spark-dev.recipe='))?.replace(/^.*=/, '') ?? '';
        daemons.host.unshift({ id: 'sha256:made', tags: [argv[argv.indexOf('--tag') + 1] ?? ''], recipe });
      },
    },
    { argv: ['docker', 'image', 'prune'] },
    { argv: ['docker', 'history'], stdout: '221000000 COPY … /opt/spark/spark.jsa' },
    {
      argv: imageIdArgv('').slice(0, -1),
      answers: (argv: Argv, { env }: RunOptions) => {
        const has = env?.['DOCKER_HOST'] === undefined ? daemons.host : daemons.cluster;
        return has.some(({ tags }) => tags.includes(argv.at(-1) ?? '')) ? { stdout: 'sha256:1' } : { exitCode: 1 };
      },
    },
    ...dockerWith(daemons),
  ];
  return { machine: await createFakeMachine({ profile }, { programs, docker }), daemons, pulled };
}

const build = ({ machine }: World, ...words: string[]) =>
  call(['images', 'build', ...words, '--json'], { host: machine.host });

describe('images build --base', () => {
  it('pulls the base, builds over it without a Spark of our own, brings it into the cluster, and does none of it twice', async () => {
    const world = await createWorld();
    const { images } = readResult((await build(world, 'spark', '--base', base)).stdout);
    const [image] = images as readonly Record<string, string>[];
    const reference = expect.stringMatching(/^spark-dev\/spark-over-base:4\.3\.0-[0-9a-f]{12}$/) as string;
    const facts = { base, built: true, inCluster: 'loaded', archiveBytes: 221000000, entry: { image: reference } };
    expect(image).toMatchObject({ reference, ...facts });
    expect(world.pulled).toEqual([base]);
    expect(world.machine.changes().join('\n')).not.toContain('mmdebstrap');
    expect(existsSync(`${world.machine.host.directories.cache}/spark/4.3.0`)).toBe(false);
    const again = readResult((await build(world, '--base', base)).stdout);
    expect(again['images']).toMatchObject([{ built: false, inCluster: 'there' }]);
    expect(world.pulled).toEqual([base]);
  });

  it('says how an application takes it', async () => {
    const world = await createWorld(look((text) => text.replace('2.13-4.3.0', '2.12-3.5.9').replaceAll('21', '17')));
    const words = ['images', 'build', 'spark-3.5.9', '--base', base];
    const { stdout } = await call(words, { host: world.machine.host });
    expect(stdout).toMatch(/^spark-dev\/spark-over-base:3\.5\.9-\S+ was built; the cluster has it; 221 MB/m);
    expect(stdout).toMatch(/spark-dev\.yaml: image: spark-dev\/spark-over-base:3\.5\.9-\S+, spark: 3\.5\.9$/m);
  });

  it.each<[string, Parameters<typeof createWorld>, string]>([
    ['another Spark', [look((text) => text.replace('4.3.0', '4.1.2'))], 'It has Spark 4.1.2, but 4.3.0 was requested.'],
    ['nothing of Spark', [''], 'It contains no Spark'],
    ['no Python', [look((text) => text.replace('python 3.12', 'lacks python3'))], 'It has no python3'],
    ['an old Java', [look((text) => text.replaceAll('21', '11'))], 'It has Java 11'],
    ['another processor', [look(), 'arm64'], 'built for arm64'],
  ])('refuses a base with %s before anything is built', async (_what, circumstances, why) => {
    const world = await createWorld(...circumstances);
    const error = readError((await build(world, 'spark', '--base', base)).stdout);
    expect(error).toMatchObject({ code: 'BASE_UNFIT', exitCode: 7, why: expect.stringContaining(why) as string });
    expect(world.machine.changes().some((line) => line.startsWith('docker build'))).toBe(false);
    expect(world.daemons.cluster).toEqual([]);
  });

  it('looks into what was built too, where pods would find it', async () => {
    const world = await createWorld(look(), 'amd64', 'running', '');
    const error = readError((await build(world, 'spark', '--base', base)).stdout);
    expect(error).toMatchObject({ code: 'BASE_UNFIT', what: expect.stringContaining('spark-over-base') as string });
  });

  it.each([
    ['a base by tag', ['spark', '--base', 'apache/spark:4.3.0']],
    ['an image that is not of Spark', ['node', '--base', base]],
    ['two images', ['spark', 'spark-3.5.9', '--base', base]],
  ])('refuses %s', async (_what, words) => {
    const world = await createWorld();
    expect(readError((await build(world, ...words)).stdout)).toMatchObject({ code: 'USAGE', exitCode: 2 });
    expect(world.machine.changes()).toEqual([]);
  });

  it('pulls nothing where the cluster does not run', async () => {
    const world = await createWorld(look(), 'amd64', 'stopped');
    const error = readError((await build(world, 'spark', '--base', base)).stdout);
    expect(error).toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
    expect(world.pulled).toEqual([]);
  });

  it('--dry-run shows the commands and does none', async () => {
    const world = await createWorld();
    const { commands } = readResult((await build(world, 'spark', '--base', base, '--dry-run')).stdout);
    expect((commands as string[][]).map((argv) => argv.slice(0, 2).join(' '))).toEqual([
      'docker pull',
      'docker build',
      'docker save',
    ]);
    expect((commands as string[][])[1]).toContain(`BASE=${base}`);
    expect(world.pulled).toEqual([]);
    expect(world.machine.changes()).toEqual([]);
  });

  it('is listed, stays when old images go, and goes with --over-base', async () => {
    const world = await createWorld();
    await build(world, 'spark', '--base', base);
    const images = async (...words: string[]) =>
      readResult((await call(['images', ...words, '--json'], { host: world.machine.host })).stdout)['images'];
    const row = { name: 'spark-over-base', cluster: 'there', why: `built on ${base}` };
    expect(await images('list')).toContainEqual(expect.objectContaining(row));
    expect(await images('prune', '--yes')).toEqual([]);
    expect(await images('prune', '--over-base', '--yes')).toMatchObject([
      { place: 'host', why: 'built on a custom base' },
      { place: 'cluster' },
    ]);
    expect(world.daemons.cluster).toEqual([]);
    expect(await images('list')).not.toContainEqual(expect.objectContaining({ name: 'spark-over-base' }));
  });
});
