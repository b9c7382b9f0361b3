import { describe, expect, it } from 'vitest';
import { createJob } from '../../../test/fakes/a-job.js';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.js';
import type { Scripted } from '../../../test/fakes/fake-runner.js';
import { cluster } from '../../../test/commands/cluster-run-world.js';
import type { SparkJob } from '../../job/job.js';
import { filesInImage, probeImage, validateImage, type ImageFacts } from './image-probe.js';

const image = 'shop/orders:1.4';
const inImage = (path: string) => ({ where: 'image', path }) as const;
const orders = createJob({
  image,
  main: { kind: 'jar', at: inImage('/opt/app/orders.jar'), mainClass: 'Orders' },
  jars: [{ at: { where: 'remote', url: 'https://repo/x.jar' }, as: undefined }],
  files: [{ at: inImage('/opt/app/rates.csv'), as: undefined }],
});
const inside = {
  sparkVersion: '4.3.0',
  hasEntrypoint: true,
  present: new Set(['/opt/app/orders.jar', '/opt/app/rates.csv']),
};
const good: ImageFacts = { image, arch: 'amd64', nodeArch: 'amd64', inside };

describe('what an image lacks', () => {
  const judge = (job: SparkJob, facts: Partial<ImageFacts>): readonly string[] =>
    validateImage(job, { ...good, ...facts }).map(({ path, message }) => `${path.join('.')}: ${message}`);

  it.each<[string, Partial<ImageFacts>, readonly string[]]>([
    ['nothing', {}, []],
    [
      'it is not there',
      { arch: undefined, inside: { closed: '' } },
      [
        `image: the image ${image} is not in the cluster: spark-dev images load ${image}, or spark-dev images pull ${image}`,
      ],
    ],
    [
      'another processor',
      { arch: 'arm64', inside: { closed: '' } },
      [`image: the image ${image} is built for arm64, but the cluster is amd64`],
    ],
    [
      'nothing to look with',
      { inside: { closed: 'exec: "ls": executable file not found in $PATH' } },
      [
        `image: the image ${image} has no working ls, so no shell for /opt/entrypoint.sh either: exec: "ls": executable file not found in $PATH`,
      ],
    ],
    [
      'Spark',
      { inside: { ...inside, sparkVersion: undefined } },
      [`image: there is no Spark in the image ${image} (no /opt/spark/jars/spark-core_*.jar)`],
    ],
    [
      'the entry point',
      { inside: { ...inside, hasEntrypoint: false } },
      [`image: the image ${image} has no /opt/entrypoint.sh, which Spark on Kubernetes starts`],
    ],
    [
      'files',
      { inside: { ...inside, present: new Set(['/opt/app']) } },
      [
        `files.0: there is no /opt/app/rates.csv in the image ${image}`,
        `path: there is no /opt/app/orders.jar in the image ${image}`,
      ],
    ],
  ])('%s', (_what, facts, problems) => {
    expect(judge(orders, facts)).toEqual(problems);
  });

  it('is another version of Spark, named with the rest', () => {
    const job = { ...orders, sparkVersion: '3.5.9' };
    expect(judge(job, { inside: { ...inside, present: new Set(['/opt/app/orders.jar']) } })).toEqual([
      `spark: the image ${image} has Spark 4.3.0, not 3.5.9`,
      `files.0: there is no /opt/app/rates.csv in the image ${image}`,
    ]);
    expect(judge({ ...orders, sparkVersion: '4.3.0' }, {})).toEqual([]);
  });

  it('is for init to bring where nobody named an image', () => {
    const job = { ...orders, image: undefined };
    expect(judge(job, { arch: undefined, inside: { closed: '' } })).toEqual([
      `image: the image ${image} is not in the cluster: spark-dev init --yes`,
    ]);
  });
});

it('only what is said to lie in the image is looked for', () => {
  expect(filesInImage(orders)).toEqual([
    { path: ['files', '0'], at: '/opt/app/rates.csv' },
    { path: ['path'], at: '/opt/app/orders.jar' },
  ]);
  expect(filesInImage(createJob())).toEqual([]);
});

describe('looking into an image', () => {
  const run = ['docker', 'run', '--rm', '--pull=never', '--network=none', '--entrypoint=ls', image];
  const there: readonly Scripted[] = [
    { argv: ['docker', 'image', 'inspect'], stdout: 'amd64' },
    { argv: ['docker', 'version'], stdout: 'amd64' },
  ];
  const spark: Scripted = {
    argv: [...run, '-L', '/opt/spark/jars'],
    stdout: 'zstd-jni.jar\nspark-core_2.13-4.3.0.jar\nspark-sql_2.13-4.3.0.jar',
  };
  const probe = (host: FakeHost, signal = new AbortController().signal): Promise<ImageFacts> =>
    probeImage({ host, cluster, signal }, image, ['/opt/app/orders.jar', '/opt/app/rates.csv']);
  const hostWith = (...programs: readonly Scripted[]): FakeHost =>
    createFakeHost({ programs: [...programs, ...there] });

  it("asks the cluster's own daemon and no registry, and leaves no container", async () => {
    const host = hostWith(spark, { argv: run });
    await probe(host);
    expect(host.runner.calls.map(({ argv }) => argv)).toEqual([
      ['docker', 'image', 'inspect', '--format', '{{.Architecture}}', image],
      ['docker', 'version', '--format={{.Server.Arch}}'],
      [...run, '-dL', '/opt/entrypoint.sh', '/opt/app/orders.jar', '/opt/app/rates.csv'],
      spark.argv,
    ]);
    for (const { options } of host.runner.calls)
      expect(options).toMatchObject({ env: { DOCKER_HOST: 'tcp://192.168.49.2:2376' }, timeoutMs: 60_000 });
  });

  it.each([2, 1])('finds what is there, though something is not (exit %i of GNU and BusyBox)', async (exitCode) => {
    const stdout = '/opt/app/orders.jar\n/opt/entrypoint.sh';
    const stderr = "ls: cannot access '/opt/app/rates.csv': No such file or directory";
    expect(await probe(hostWith(spark, { argv: run, stdout, stderr, exitCode }))).toEqual({
      image,
      arch: 'amd64',
      nodeArch: 'amd64',
      inside: {
        sparkVersion: '4.3.0',
        hasEntrypoint: true,
        present: new Set(['/opt/app/orders.jar', '/opt/entrypoint.sh']),
      },
    });
  });

  it('finds no Spark where there are no jars of it', async () => {
    const none = { ...spark, stdout: 'spark-sql_2.13-4.3.0.jar' };
    expect((await probe(hostWith(none, { argv: run }))).inside).toMatchObject({ sparkVersion: undefined });
    const stderr = 'ls: /opt/spark/jars: No such file or directory';
    const nowhere = { ...spark, stdout: '', exitCode: 1, stderr };
    expect((await probe(hostWith(nowhere, { argv: run }))).inside).toMatchObject({ sparkVersion: undefined });
  });

  it.each([
    ['absent', [{ argv: ['docker', 'image', 'inspect'], exitCode: 1, stderr: 'Error: No such image' }], undefined],
    ['of another processor', [{ argv: ['docker', 'image', 'inspect'], stdout: 'arm64' }], 'arm64'],
  ])('starts nothing from an image that is %s', async (_what, programs, arch) => {
    const host = hostWith(...programs);
    expect(await probe(host)).toMatchObject({ arch, nodeArch: 'amd64' });
    expect(host.runner.calls.filter(({ argv }) => argv[1] === 'run')).toEqual([]);
  });

  it.each([
    [127, 'exec: "ls": executable file not found in $PATH: unknown\n\nRun \'docker run --help\' for more information'],
    [255, 'exec /usr/bin/ls: exec format error'],
  ])('an image with nothing to look with is no image without files (exit %i)', async (exitCode, stderr) => {
    const { inside: seen } = await probe(hostWith({ argv: run, exitCode, stderr: `docker: runc failed: ${stderr}` }));
    expect(seen).toEqual({ closed: stderr.split('\n')[0] });
  });

  it("a failure of Docker's own is no answer about the image", async () => {
    const stderr = 'docker: Error response from daemon: no space left on device';
    await expect(probe(hostWith({ argv: run, exitCode: 125, stderr }))).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      why: stderr,
    });
    const silent = createFakeHost({ programs: [{ argv: ['docker'], exitCode: 1, stderr: 'no daemon there' }] });
    await expect(probe(silent)).rejects.toMatchObject({ code: 'TOOL_FAILED', why: 'no daemon there' });
  });

  it('ends with the time limit, and with Ctrl-C', async () => {
    const hangs = hostWith({ argv: run, hangs: true });
    await expect(probe(hangs)).rejects.toMatchObject({
      code: 'TIMED_OUT',
      what: 'docker timed out after 60 s',
      why: expect.stringContaining(image) as string,
    });
    await expect(probe(hostWith({ argv: run }), AbortSignal.abort())).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
