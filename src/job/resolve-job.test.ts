import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sparkPods } from '../fit/spark-pods.js';
import { appSchema } from '../config/app-schema.js';
import type { Application } from './application.js';
import { jobProperties } from './job-properties.js';
import { shapeOf } from './job-shape.js';
import { resolveJob } from './resolve-job.js';

const folder = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const main = join(folder, 'etl.py');
// Python reads either kind of line end
writeFileSync(main, 'print(1)\r\n');
const app: Application = { name: 'etl', kind: 'python', at: { where: 'here', path: main } };

const resolve = (said: object): ReturnType<typeof resolveJob> =>
  resolveJob(app, appSchema.parse({ path: main, ...said }));
const problemsOf = async (said: object): Promise<readonly string[]> =>
  (await resolve(said)).problems.map(({ path, message }) => `${path.join('.')}: ${message}`);

it('runs on a laptop where nothing is said', async () => {
  const { job, problems } = await resolveJob(app);
  expect(problems).toEqual([]);
  expect(sparkPods(shapeOf(job))).toMatchObject({
    driver: { requests: { cpuMilli: 100, memoryMb: 896 } },
    executor: { requests: { memoryMb: 896 } },
    executors: 1,
  });
});

it('counts what the properties say, wherever they say it', async () => {
  const conf = {
    'spark.executor.memory': '1g',
    'spark.executor.memoryOverhead': '1Gi',
    'spark.executor.pyspark.memory': '256m',
    'spark.memory.offHeap.size': '134217728',
    'spark.memory.offHeap.enabled': 'true',
    'spark.executor.instances': '3',
    'spark.kubernetes.executor.request.cores': '250m',
    'spark.driver.memoryOverheadFactor': '1',
  };
  const { job, problems } = await resolve({ conf });
  expect(problems).toEqual([]);
  expect(sparkPods(shapeOf(job))).toMatchObject({
    driver: { requests: { memoryMb: 1024 } },
    executor: { requests: { cpuMilli: 250, memoryMb: 1024 + 1024 + 256 + 128 } },
    executors: 3,
  });
});

it('becomes the properties of Spark', async () => {
  const { job } = await resolve({
    env: { A: 'b' },
    driver: { env: { A: 'driver' } },
    labels: { team: 'a' },
    annotations: { note: 'x y' },
    nodeSelector: { disk: 'ssd' },
    secrets: [
      { secret: 'db', env: 'PASSWORD', key: 'password' },
      { secret: 'db', path: '/etc/db', on: 'executor' },
    ],
    volumes: [
      { name: 'fast', path: '/fast', emptyDir: { medium: 'memory', size: '1Gi' }, on: 'driver' },
      { name: 'data', path: '/data', claim: 'mine', readOnly: true, on: 'executor' },
    ],
    jars: ['local:///opt/x.jar', 'https://repo/y.jar'],
    dynamicAllocation: { min: 0, max: 2 },
  });
  expect(jobProperties(job)).toEqual({
    'spark.kubernetes.driverEnv.A': 'driver',
    'spark.executorEnv.A': 'b',
    'spark.kubernetes.driver.label.team': 'a',
    'spark.kubernetes.executor.label.team': 'a',
    'spark.kubernetes.driver.annotation.note': 'x y',
    'spark.kubernetes.executor.annotation.note': 'x y',
    'spark.kubernetes.driver.node.selector.disk': 'ssd',
    'spark.kubernetes.executor.node.selector.disk': 'ssd',
    'spark.kubernetes.driver.secretKeyRef.PASSWORD': 'db:password',
    'spark.kubernetes.executor.secretKeyRef.PASSWORD': 'db:password',
    'spark.kubernetes.executor.secrets.db': '/etc/db',
    'spark.kubernetes.driver.volumes.emptyDir.fast.mount.path': '/fast',
    'spark.kubernetes.driver.volumes.emptyDir.fast.mount.readOnly': 'false',
    'spark.kubernetes.driver.volumes.emptyDir.fast.options.medium': 'Memory',
    'spark.kubernetes.driver.volumes.emptyDir.fast.options.sizeLimit': '1Gi',
    'spark.kubernetes.executor.volumes.persistentVolumeClaim.data.mount.path': '/data',
    'spark.kubernetes.executor.volumes.persistentVolumeClaim.data.mount.readOnly': 'true',
    'spark.kubernetes.executor.volumes.persistentVolumeClaim.data.options.claimName': 'mine',
    'spark.jars': 'local:///opt/x.jar,https://repo/y.jar',
    'spark.dynamicAllocation.enabled': 'true',
    'spark.dynamicAllocation.shuffleTracking.enabled': 'true',
    'spark.dynamicAllocation.minExecutors': '0',
    'spark.dynamicAllocation.maxExecutors': '2',
    'spark.dynamicAllocation.initialExecutors': '0',
  });
});

it.each([
  ['/ha#sh/a.txt', '/ha#sh/a.txt', undefined],
  ['/ha#sh/env.zip#un', '/ha#sh/env.zip', 'un'],
  ['/plain/env.zip#un', '/plain/env.zip', 'un'],
])('takes a # for a name only where it follows the file: %s', async (said, path, as) => {
  const { job } = await resolve({ archives: [said] });
  expect(job.archives).toEqual([{ at: { where: 'here', path }, as }]);
});

it('takes 300 labels', async () => {
  const labels = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`label-${String(index)}`, 'x'.repeat(63)]),
  );
  expect(await problemsOf({ labels })).toEqual([]);
});

it('takes R with an image that has it, which ours has not', async () => {
  const r: Application = { name: 'etl', kind: 'r', at: { where: 'image', path: '/opt/etl.R' } };
  expect((await resolveJob(r, { image: 'team/sparkr:1' })).problems).toEqual([]);
  expect((await resolveJob(r)).problems).toMatchObject([
    { path: ['path'], message: expect.stringContaining('SparkR') as string },
  ]);
});

const dynamic = { 'spark.dynamicAllocation.enabled': 'true' };

it.each([
  [{}, { min: 0, max: 2 ** 31 - 1 }, 0],
  [{ 'spark.executor.instances': '0' }, { min: 0, max: 2 ** 31 - 1 }, 0],
  [
    { 'spark.dynamicAllocation.minExecutors': '4', 'spark.dynamicAllocation.initialExecutors': '6' },
    { min: 4, max: 2 ** 31 - 1 },
    6,
  ],
  [{ 'spark.executor.instances': '3', 'spark.dynamicAllocation.maxExecutors': '5' }, { min: 0, max: 5 }, 3],
])(
  'counts the executors that dynamic allocation in conf begins with: %j',
  async (conf, dynamicAllocation, executors) => {
    const { job, problems } = await resolve({ conf: { ...dynamic, ...conf } });
    expect(problems).toEqual([]);
    expect(job).toMatchObject({ dynamicAllocation, executors, conf: {} });
  },
);

it.each([
  [{ 'spark.executor.memoryOverhead': '0' }, { overheadMb: 0 }],
  [{ 'spark.yarn.executor.memoryOverhead': '393216k' }, { overheadMb: 384 }],
  [{ 'spark.memory.offHeap.enabled': 'true', 'spark.memory.offHeap.size': '536870912' }, { offHeapMb: 512 }],
  [{ 'spark.memory.offHeap.size': '512m' }, { offHeapMb: undefined }],
  [{ 'spark.memory.offHeap.size': '0' }, { offHeapMb: undefined }],
])('reads a size as Spark does: %j', async (conf, executor) => {
  const { job, problems } = await resolve({ conf });
  expect(problems).toEqual([]);
  expect(job.executor).toMatchObject(executor);
});

describe('names what does not go together', () => {
  it.each([
    [{ executors: 0 }, 'executors: a job needs at least 1 executor'],
    [{ dynamicAllocation: { min: 3, max: 2 } }, 'dynamicAllocation.min: above max'],
    [{ executor: { memory: '1g' }, conf: { 'spark.executor.memory': '2g' } }, 'contradicts executor.memory'],
    [{ env: { A: '1' }, conf: { 'spark.executorEnv.A': '2' } }, 'conf.spark.executorEnv.A: contradicts'],
    [{ conf: { 'spark.driver.extraJavaOptions': '-XX:+UseG1GC -Xmx4g' } }, 'Spark refuses -Xmx there'],
    [{ conf: { 'spark.executor.extraJavaOptions': '-Dspark.x=1' } }, 'Spark refuses -Dspark'],
    [{ conf: { 'spark.executor.instances': '0' } }, 'conf.spark.executor.instances: invalid value'],
    [{ conf: { 'spark.kubernetes.executor.request.cores': 'half' } }, 'not a CPU quantity above 0'],
    [{ conf: { 'spark.kubernetes.driver.limit.cores': '1,5' } }, 'not a CPU quantity above 0'],
    [
      { executor: { cores: 2 }, conf: { 'spark.kubernetes.executor.limit.cores': '1' } },
      'below the request, which is 2000m',
    ],
    [
      { conf: { 'spark.kubernetes.driver.request.cores': '0.1', 'spark.kubernetes.driver.limit.cores': '0.05' } },
      'conf.spark.kubernetes.driver.limit.cores: below the request, which is 100m',
    ],
    [{ conf: { 'spark.kubernetes.driver.label.app': 'x=y' } }, 'not a label value'],
    [{ conf: { 'spark.kubernetes.executor.annotation.a b': 'x y' } }, 'not a key'],
    [
      {
        conf: { ...dynamic, 'spark.dynamicAllocation.minExecutors': '2', 'spark.dynamicAllocation.maxExecutors': '1' },
      },
      'conf.spark.dynamicAllocation.minExecutors: above max, which is 1',
    ],
    [
      { conf: { 'spark.memory.offHeap.enabled': 'true', 'spark.memory.offHeap.size': '0' } },
      'conf.spark.memory.offHeap.size: invalid value; use 512m or 1g, above 0',
    ],
    [{ conf: { 'spark.executor.instances': 'NaN' } }, 'conf.spark.executor.instances: invalid value'],
    [{ conf: { 'spark.executor.memory': '1k' } }, 'invalid value; use 2g, 2Gi, 2048m'],
    [{ conf: { 'spark.master': 'yarn' } }, 'conf.spark.master: cannot be set in conf; '],
    [{ conf: { 'spark.ui.port': '5050' } }, 'set the local port with --ui-port'],
    [{ conf: { 'spark.kubernetes.namespace': 'x' } }, 'use namespace or --namespace'],
    [{ conf: { 'spark.kubernetes.authenticate.driver.serviceAccountName': 'x' } }, 'use serviceAccount'],
    [{ conf: { 'spark.kubernetes.authenticate.submission.oauthToken': 'x' } }, 'the token of their service account'],
    [
      { conf: { 'spark.kubernetes.container.image.pullPolicy': 'Always' } },
      'Never if it is built locally, IfNotPresent if nodes pull it',
    ],
    [{ conf: { 'spark.kubernetes.driver.podTemplateFile': 'x' } }, 'use driver.podTemplate'],
    [{ conf: { 'spark.kubernetes.file.upload.path': 's3a://x' } }, 'local files go into the image'],
    [
      { conf: { 'spark.kubernetes.driver.label.spark-dev/run': 'x' } },
      'spark-dev and Spark use this label to find the run',
    ],
    [{ conf: { 'spark.kubernetes.executor.volumes.hostPath.x.mount.path': '/x' } }, 'forbids host paths'],
    [{ conf: { 'sparc.x': '1' } }, 'did you mean spark.x?'],
    [{ conf: { 'spark.x': 'y'.repeat(200_000) } }, 'longer than 100000 characters'],
    [{ labels: { 'spark-role': 'x' } }, 'labels.spark-role: spark-dev uses this label to find the run'],
    [{ env: { SPARK_CONF_DIR: '/x' } }, 'env.SPARK_CONF_DIR: Spark sets this variable itself'],
    [{ volumes: [{ name: 'tmp', path: '/x', emptyDir: {} }] }, 'volumes.0.name: this volume name is reserved'],
    [{ volumes: [{ name: 'a', path: '/tmp/', emptyDir: {} }] }, 'volumes.0.path: /tmp/ is reserved'],
    [{ files: ['/nowhere/a.txt'] }, 'files.0: no such file: /nowhere/a.txt'],
    [{ files: [main, '/other/etl.py'] }, 'has the same name, and both go into one folder'],
    [{ driver: { podTemplate: '/nowhere.yaml' } }, 'driver.podTemplate: /nowhere.yaml: ENOENT'],
  ])('%j', async (said, problem) => {
    expect((await problemsOf(said)).join('\n')).toContain(problem);
  });
});

it('takes folders as data, and files by path as well as by name', async () => {
  mkdirSync(join(folder, 'data'), { recursive: true });
  const [file, data] = [join(folder, 'people.csv'), join(folder, 'data')];
  for (const path of [file, join(data, 'a.csv'), join(data, 'b+.csv'), join(data, '.c.csv')]) writeFileSync(path, '');
  const { job, problems } = await resolve({ files: [file, data], data: [data] });
  expect(problems).toEqual([]);
  expect(job.files.map(({ at }) => at)).toEqual([{ where: 'here', path: file }]);
  expect(job.data).toEqual([data, file]);
  const { job: patterned } = await resolve({ files: [join(folder, 'people.?sv')], data: [join(folder, 'd*/*.csv')] });
  expect(patterned.data).toEqual([join(data, 'a.csv'), join(data, 'b+.csv'), file]);
  expect(await problemsOf({ data: [join(folder, 'none'), 's3a://bucket/x'], archives: [data] })).toEqual([
    `archives.0: data is not a file: pack a folder into an archive`,
    `data.0: no such file: ${join(folder, 'none')}`,
    'data.1: not a file or folder of this machine',
  ]);
});
