import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildApplication } from '../../src/job/build.js';
import { shapeOf } from '../../src/job/job-shape.js';
import { sumOf } from '../../src/files/paths.js';
import { openDevPod } from '../../src/run/launch/client/dev-pod.js';
import { treeFolder } from '../../src/run/launch/client/dev-tree.js';
import { findImagePython } from '../../src/run/launch/image-python.js';
import { readRequest } from '../../src/run/request.js';
import { startProgram } from '../program/program.js';
import { eventually } from './cluster-tools.js';
import { useOwnNamespace } from './own-namespace.js';
import { requirePrepared } from './prepared-cluster.js';

const { env: own, name: namespace, kubectl } = useOwnNamespace('dev');
const env = { ...own, SPARK_DEV_STANDBY: 'on' };

function createProject(): { readonly folder: string; readonly save: (name: string, text: string) => void } {
  const folder = mkdtempSync(join(tmpdir(), 'spark-dev-pod-'));
  mkdirSync(join(folder, 'data'));
  const save = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  save('data/one.txt', 'one\n');
  save('helper.py', 'factor = 2\n');
  save(
    'app.py',
    `from pyspark.sql import SparkSession
from helper import factor
spark = SparkSession.builder.getOrCreate()
print("sum", spark.sparkContext.parallelize(range(10), 2).map(lambda n: n * factor).sum(), open("data/one.txt").read())
`,
  );
  return { folder, save };
}

/** Other processes are not ours to read. */
function listSkaffolds(): readonly string[] {
  const commands = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return commands.flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return line.includes('skaffold dev --filename=') && line.includes(`/runs/app-py`) ? [line] : [];
    } catch {
      return [];
    }
  });
}

const pods = (): Promise<string> => kubectl(['get', 'pods', '--output=name']);

it('brings each state of the application into one pod, repairs it, and leaves nothing', async () => {
  const prepared = await requirePrepared();
  const { folder, save } = createProject();
  const host = { ...prepared.host, directories: { ...prepared.host.directories, working: folder } };
  const cluster = { ...prepared.cluster, namespace };
  const { signal } = new AbortController();
  const global = { output: 'text', yes: false, dryRun: false, context: undefined, provider: undefined } as const;
  const input = { args: ['app.py'], options: {}, passthrough: [], global, signal } as const;
  const ended: string[] = [];
  const pod = openDevPod(host, 'app.py', signal, () => Promise.resolve(ended.push('drivers')));
  onTestFinished(() => pod.close());
  const update = async (): Promise<string> => {
    const { job: read, ...asked } = await readRequest(host, { command: 'spark-dev dev', input });
    const job = { ...read, data: [join(folder, 'data')] };
    const fit = { job: shapeOf(job) };
    const run = { host, ...asked, job, cluster, overlay: {}, fit, canAsk: false, signal };
    const built = await buildApplication(run, async () => (await findImagePython(run, cluster.sparkImage)).python);
    return pod.update(run, built);
  };
  const inPod = async (...words: readonly string[]): Promise<string> =>
    (await kubectl(['exec', pod.now?.service.pod.name ?? '', '--', ...words])).trim();
  const script = `${treeFolder}/project/app.py`;
  const isEqual = async (): Promise<boolean> =>
    (await inPod('sha256sum', script)).startsWith(await sumOf(join(folder, 'app.py')));

  expect(await update()).toBe('rebuilt');
  const first = pod.now;
  expect(first?.image).toMatch(/^docker\.io\/library\/spark-dev-app:/);
  expect(await inPod('cat', 'data/one.txt')).toBe('one');
  expect(await update()).toBe('same');

  save('helper.py', 'factor = 3\n');
  save('app.py', `${readFileSync(join(folder, 'app.py'), 'utf8')}# changed\n`);
  expect(await update()).toBe('synced');
  expect(await isEqual()).toBe(true);
  expect(pod.now).toEqual(first);

  // as after a container that was started again
  await inPod('rm', script);
  expect(await update()).toBe('synced');
  expect(await isEqual()).toBe(true);

  expect(ended).toEqual([]);
  save('data/one.txt', 'two\n');
  expect(await update()).toBe('rebuilt');
  expect(ended).toEqual(['drivers']);
  expect(await inPod('cat', 'data/one.txt')).toBe('two');
  expect(await isEqual()).toBe(true);
  expect(pod.now?.service.pod.name).toBe(first?.service.pod.name);

  const closedAt = Date.now();
  await pod.close();
  expect(Date.now() - closedAt).toBeLessThan(10_000);
  expect(await pods()).toBe('');
  expect(listSkaffolds()).toEqual([]);
});

it('serves a program with data, and a killed dev leaves no process and no pod', async () => {
  const { folder, save } = createProject();
  const dev = startProgram(['dev', 'app.py', '--num-executors', '1'], env, folder);
  const prints = (text: string): Promise<void> =>
    eventually(text, () => Promise.resolve(dev.stdout().includes(text)), 90_000);
  await prints('sum 90 one');
  const waiting = ['get', 'pods', '-l', 'spark-role=executor', '--field-selector=status.phase=Running', '-o', 'name'];
  const isReady = async (): Promise<boolean> =>
    (await pods()).includes('-dev') &&
    (await kubectl(waiting)).split('\n').length === 1 &&
    (await kubectl(waiting)) !== '';
  await eventually('a driver stands by', isReady, 90_000);
  save('helper.py', 'factor = 3\n');
  await prints('sum 135 one');
  expect(listSkaffolds()).not.toEqual([]);
  dev.child.kill('SIGKILL');
  await dev.ended;
  await eventually('no process is left', () => Promise.resolve(listSkaffolds().length === 0), 8000);
  await eventually('no pod of it is left', async () => !(await pods()).includes('-dev'), 20_000);
});
