import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerReviews } from '../fakes/access-review.js';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { createFakeHost } from '../fakes/fake-host.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { createStoredZip } from '../fakes/stored-zip.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const record = { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' };
const inDocker = (image: string, arch = 'amd64'): readonly Scripted[] => [
  { argv: ['docker', 'image', 'inspect', '--format', '{{.Architecture}}', image], stdout: arch },
  { argv: ['docker', 'version'], stdout: 'amd64' },
];
const look = (image: string, ...words: readonly string[]): readonly string[] => [
  'docker',
  'run',
  '--rm',
  '--pull=never',
  '--network=none',
  '--entrypoint=ls',
  image,
  ...words,
];
const withSpark = (image: string, version: string): readonly Scripted[] => [
  ...inDocker(image),
  { argv: look(image, '-L', '/opt/spark/jars'), stdout: `spark-core_2.13-${version}.jar` },
  { argv: look(image, '-dL'), stdout: '/opt/entrypoint.sh', exitCode: 2, stderr: 'ls: cannot access the rest' },
];
const absent: readonly Scripted[] = [
  { argv: ['docker', 'image', 'inspect', '--format', '{{.Architecture}}'], exitCode: 1, stderr: 'No such image' },
  { argv: ['docker', 'version'], stdout: 'amd64' },
];

interface Refused {
  readonly code: string;
  readonly what: string;
  readonly why?: string;
  readonly fix: readonly string[];
}

/** What the user reads; all that was called only looked. */
async function refusal(
  words: readonly string[],
  entry: readonly string[],
  programs: readonly Scripted[],
): Promise<Refused> {
  const kube = () => Promise.resolve(createFakeCluster().kube);
  const { host, changes } = await createFakeMachine({ record }, { kube, programs });
  writeFileSync(join(host.directories.working, 'etl.py'), 'print(1)\n');
  const file = ['version: 1', 'apps:', '  etl:', ...entry.map((line) => `    ${line}`), ''];
  writeFileSync(join(host.directories.working, 'spark-dev.yaml'), file.join('\n'));
  const answer = await call(['run', 'etl', '--target', 'cluster', '--json', ...words], { host });
  expect(changes()).toEqual([]);
  rmSync(host.directories.working, { recursive: true });
  const { exitCode, ...error } = readError(answer.stdout);
  expect(answer.exitCode).toBe(exitCode);
  const bare = (text: string): string => text.replaceAll(`${host.directories.working}/`, '');
  return { ...error, what: bare(error.what), ...(error.why === undefined ? {} : { why: bare(error.why) }) };
}

describe('an image in which the job cannot run is refused with the place that names it, before anything is built', () => {
  const own = ['path: etl.py', 'image: shop/orders:1.4'];
  const place = 'Invalid value for spark-dev.yaml:5:12 apps.etl.image';

  it.each<[string, readonly Scripted[], string]>([
    [
      'is not in the cluster',
      absent,
      'the image shop/orders:1.4 is not in the cluster: spark-dev images load shop/orders:1.4',
    ],
    ['is for another processor', inDocker('shop/orders:1.4', 'arm64'), 'is built for arm64, but the cluster is amd64'],
    [
      'has no Spark',
      [...inDocker('shop/orders:1.4'), { argv: look('shop/orders:1.4') }],
      'there is no Spark in the image shop/orders:1.4',
    ],
    [
      'has no entry point',
      [{ argv: look('shop/orders:1.4', '-dL'), exitCode: 2 }, ...withSpark('shop/orders:1.4', '4.3.0')],
      'has no /opt/entrypoint.sh, which Spark on Kubernetes starts',
    ],
    [
      'has nothing in it but one program',
      [
        ...inDocker('shop/orders:1.4'),
        { argv: look('shop/orders:1.4'), exitCode: 127, stderr: 'exec: "ls": executable file not found in $PATH' },
      ],
      'the image shop/orders:1.4 has no working ls, so no shell for /opt/entrypoint.sh either',
    ],
  ])('%s', async (_what, programs, why) => {
    expect(await refusal([], own, programs)).toMatchObject({
      code: 'CONFIG_INVALID',
      what: place,
      why: expect.stringContaining(why) as string,
    });
  });

  it('has another Spark than the job asks for, there or by a flag', async () => {
    const programs = withSpark('shop/orders:1.4', '4.3.0');
    const why = 'the image shop/orders:1.4 has Spark 4.3.0, not 3.5.9';
    expect(await refusal([], [...own, 'spark: 3.5.9'], programs)).toMatchObject({
      what: 'Invalid value for spark-dev.yaml:6:12 apps.etl.spark',
      why,
    });
    expect(await refusal(['--spark-version', '3.5.9'], own, programs)).toMatchObject({
      code: 'USAGE',
      what: 'Invalid value for --spark-version 3.5.9',
      why,
    });
  });

  it('is named like an option of docker', async () => {
    expect(await refusal([], ['path: etl.py', 'image: --privileged'], [])).toMatchObject({
      code: 'CONFIG_INVALID',
      why: expect.stringMatching(/^spark-dev\.yaml:5:12 apps\.etl\.image: not an image name/) as string,
    });
  });
});

it('names all that is not in the image, each where it was said', async () => {
  const entry = ['path: local:///opt/app/etl.py', 'files:', '  - local:///opt/app/rates.csv'];
  expect(
    await refusal(['--py-files', 'local:///opt/app/deps.zip'], entry, withSpark(record.sparkImage, '4.3.0')),
  ).toMatchObject({
    code: 'USAGE',
    what: 'The job has 3 problems',
    why: [
      `spark-dev.yaml:6:9 apps.etl.files.0: there is no /opt/app/rates.csv in the image ${record.sparkImage}`,
      `--py-files local:///opt/app/deps.zip: there is no /opt/app/deps.zip in the image ${record.sparkImage}`,
      `spark-dev.yaml:4:11 apps.etl.path: there is no /opt/app/etl.py in the image ${record.sparkImage}`,
    ].join('\n'),
  });
});

it('a Spark that has no image in the cluster is refused with the command that makes one', async () => {
  expect(await refusal(['--spark-version', '3.5.9'], ['path: etl.py'], [])).toMatchObject({
    code: 'IMAGE_MISSING',
    what: 'The cluster has no image of Spark 3.5.9',
    fix: ['spark-dev images build spark-3.5.9'],
  });
});

it('an own image may bring a Spark that the cluster does not have', async () => {
  const programs = withSpark('shop/orders:1.4', '3.5.9');
  const entry = ['path: etl.py', 'image: shop/orders:1.4', 'spark: 3.5.9', 'executors: 400'];
  expect(await refusal([], entry, programs)).toMatchObject({ code: 'RESOURCES_SHORT' });
});

describe('a service account', () => {
  const account = (stdout: string): Scripted => ({
    argv: ['/usr/bin/kubectl'],
    matches: (argv) => argv.includes('serviceaccount'),
    stdout,
  });
  const may = (...keys: readonly string[]): Scripted => ({
    argv: ['/usr/bin/kubectl'],
    matches: (argv) => argv.includes('--as=system:serviceaccount:spark:reader'),
    answers: (_argv, { input }) => ({
      stdout: answerReviews(input, (key) => keys.includes(key) || keys.includes('*')),
    }),
  });

  it('without rights is refused with the rights that it lacks', async () => {
    const programs = [account('serviceaccount/reader'), may('get pods', 'list pods', 'watch pods')];
    const { what, why } = await refusal(['--service-account', 'reader'], ['path: etl.py'], programs);
    expect(what).toBe('Invalid value for --service-account reader');
    expect(why).toMatch(/^service account reader may not create pods, delete pods, .*, create networkpolicies/);
    expect(why).toMatch(/ in namespace spark$/);
    expect(why).not.toContain('get pods');
  });

  it('without the right to create claims is sent to volumes that need none', async () => {
    const key = 'spark.kubernetes.executor.volumes.persistentVolumeClaim.data.options.claimName';
    const conf = ['--conf', `${key}=OnDemand`, '--conf', key.replace('options.claimName', 'mount.path') + '=/data'];
    const isElse = (right: string): boolean => !right.endsWith(' persistentvolumeclaims');
    const answers: Scripted['answers'] = (_argv, { input }) => ({ stdout: answerReviews(input, isElse) });
    const programs = [account('serviceaccount/reader'), { ...may(), answers }];
    const { what, why } = await refusal([...conf, '--service-account', 'reader'], ['path: etl.py'], programs);
    expect([what, why]).toEqual([expect.stringContaining(key), expect.stringContaining('volumes: with onDemand')]);
  });

  it('that is not there is said to be not there, where the file names it', async () => {
    expect(await refusal([], ['path: etl.py', 'serviceAccount: reader'], [account(''), may()])).toMatchObject({
      what: 'Invalid value for spark-dev.yaml:5:21 apps.etl.serviceAccount',
      why: 'there is no service account reader in namespace spark',
    });
  });

  it('with every right is none to refuse', async () => {
    const programs = [account('serviceaccount/reader'), may('*')];
    expect(
      await refusal(['--service-account', 'reader', '--num-executors', '400'], ['path: etl.py'], programs),
    ).toMatchObject({ code: 'RESOURCES_SHORT' });
  });
});

it('a node selector that no node answers is refused, once for driver and executors', async () => {
  const nodes: Scripted = {
    argv: ['/usr/bin/kubectl'],
    matches: (argv) => argv.includes('--selector=disk=ssd,zone=a'),
    stdout: '',
  };
  const words = ['--node-selector', 'disk=ssd', '--node-selector', 'zone=a'];
  expect(await refusal(words, ['path: etl.py'], [nodes])).toMatchObject({
    what: 'Invalid value for --node-selector disk=ssd',
    why: 'no node of the cluster has disk=ssd and zone=a',
  });
});

describe('a jar', () => {
  const runnable = 'magic\x01\x00\x04main\x01\x00\x16([Ljava/lang/String;)V';
  const runJar = async (manifest: string, ...words: readonly string[]) => {
    const host = createFakeHost();
    const files = {
      'META-INF/MANIFEST.MF': manifest,
      'org/acme/etl/Orders.class': runnable,
      ...(words.includes('--class') || manifest !== '' ? {} : { 'org/acme/etl/Orders2.class': runnable }),
    };
    writeFileSync(join(host.directories.working, 'orders.jar'), createStoredZip(files));
    const answer = await call(['run', 'orders.jar', '--json', ...words], { host });
    rmSync(host.directories.working, { recursive: true });
    expect(host.runner.calls).toEqual([]);
    return answer;
  };

  it('without the class that a flag names is refused with the class that it has', async () => {
    const { stdout } = await runJar('', '--class', 'org.acme.Orders');
    expect(readError(stdout)).toMatchObject({
      code: 'USAGE',
      what: 'Invalid value for --class org.acme.Orders',
      why: 'orders.jar has no class org.acme.Orders; these classes have a main method: org.acme.etl.Orders',
    });
  });

  it('that names no class, and has several, is refused by its own name', async () => {
    expect(readError((await runJar('')).stdout)).toMatchObject({
      what: 'Invalid value for orders.jar',
      why: expect.stringMatching(/^orders\.jar names no main class; these .*org\.acme\.etl\.Orders2/) as string,
    });
  });

  it('that names its class needs no flag: in the image Spark would not read it', async () => {
    const { stdout } = await runJar('Main-Class: org.acme.etl.Orders\r\n', '--target', 'local', '--dry-run');
    expect(JSON.stringify(readResult(stdout))).toContain('"--class","org.acme.etl.Orders"');
  });
});
