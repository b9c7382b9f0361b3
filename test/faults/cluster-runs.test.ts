import { readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { driverPhase, expectExit, expectPi, patient, runAgain, shareNamespace, sleep, until } from './cluster-case.js';
import { createCluster, type Cluster } from './cluster.js';
import { watchPeak } from './processes.js';
import { injectRowsOn, listRows, type FaultRow } from './rows.js';
import type { World } from './world.js';

const namespace = shareNamespace();

/** spark-dev.yaml of the working folder, with one application `job`. */
function writeApp({ project }: World, app: object, code = ''): void {
  writeFileSync(join(project, 'job.py'), code);
  writeFileSync(join(project, 'spark-dev.yaml'), stringify({ version: 1, apps: { job: { path: 'job.py', ...app } } }));
}

const jobIn = (name: string): readonly string[] => ['run', 'job', '--target', 'cluster', '--namespace', name];

/** In the cluster's own daemon, past minikube. */
const inNode = (words: readonly string[], input?: Buffer): string =>
  execFileSync('docker', ['exec', '-i', 'spark-dev', 'docker', ...words], {
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });

/** An archive as `docker load` takes it, of an image without a file. */
function packImage(folder: string, name: string, architecture: string): Buffer {
  const layer = Buffer.alloc(1024);
  const files = {
    'layer.tar': layer,
    'config.json': JSON.stringify({
      architecture,
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] },
    }),
    'manifest.json': JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]),
  };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  return execFileSync('tar', ['-c', '-C', folder, ...Object.keys(files)]);
}

const bigFile = '/static/vis-timeline-graph2d.min.js';

/** Answers when the first bytes are there; nobody reads them. */
async function startDownload(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(`GET ${bigFile} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`.repeat(1000));
  await once(socket, 'readable');
  return socket;
}

/** Over a connection of its own, within what a person waits. */
async function expectWhole(url: string): Promise<void> {
  const headers = { connection: 'close', 'accept-encoding': 'identity' };
  const answer = await fetch(`${url}${bigFile}`, { headers, signal: AbortSignal.timeout(20_000) });
  expect(answer.status).toBe(200);
  expect((await answer.text()).length).toBeGreaterThan(100_000);
}

const session = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n';
const greedy = 'rows = []\nwhile True: rows.append(bytearray(16 * 1024 * 1024))\n';
const small = { driver: { memory: '512m' }, executor: { memory: '512m' }, executors: 1 };

const rows: readonly FaultRow<Cluster>[] = [
  {
    row: 12,
    fault: 'two runs at once',
    how: 'two calls in the same second, the same namespace',
    kind: 'real',
    inject: async (world) => {
      const words = world.words('--json');
      const ends = await Promise.all([world.run(words, patient), world.run(words, patient)]);
      for (const end of ends) expectExit(end, 0);
      const ids = ends.map(({ stdout }) => (JSON.parse(stdout) as { data: { runId: string } }).data.runId);
      expect(new Set(ids).size).toBe(2);
      return 'both exit 0, with ids of their own';
    },
  },
  {
    row: 16,
    fault: 'the laptop sleeps while the job ends',
    how: 'SIGSTOP until a while after the driver has ended',
    kind: 'real',
    inject: async (world) => {
      const live = world.start(world.words(), patient);
      await live.says(/Spark UI/);
      live.child.kill('SIGSTOP');
      await until('the driver has ended', () => driverPhase(world) === 'Succeeded');
      live.child.kill('SIGCONT');
      expectPi(await live.ended);
      return 'exit 0: the result is read from the pod';
    },
  },
  {
    row: 19,
    fault: 'kubectl config use-context prod while a run is on its way',
    how: 'the current context of the user’s kubeconfig changes to the decoy during the build',
    kind: 'real',
    inject: async (world) => {
      const before = readFileSync(world.decoy.kubeconfig, 'utf8');
      writeFileSync(world.decoy.kubeconfig, before.replace('"prod"', '""'));
      const live = world.start(world.words(), patient);
      await live.says(/… Build and deploy/);
      writeFileSync(world.decoy.kubeconfig, before);
      expectPi(await live.ended);
      expect(world.decoy.knocks()).toBe(0);
      return 'exit 0 on the pinned cluster; the decoy heard nothing';
    },
  },
  {
    row: 20,
    fault: 'the current context is a production cluster, or a remote one with a name that sounds local',
    how: 'a kubeconfig with contexts spark-dev, minikube and docker-desktop of a remote address, the last one current',
    kind: 'real',
    inject: async (world) => {
      const names = ['spark-dev', 'minikube', 'docker-desktop'];
      const path = join(world.userHome, 'remote');
      writeFileSync(
        path,
        stringify({
          'current-context': 'docker-desktop',
          clusters: [{ name: 'far', cluster: { server: 'https://203.0.113.7:6443' } }],
          users: [{ name: 'far', user: { token: 'x' } }],
          contexts: names.map((name) => ({ name, context: { cluster: 'far', user: 'far' } })),
        }),
      );
      const env = { KUBECONFIG: path };
      for (const context of ['minikube', 'docker-desktop']) {
        const end = await world.run([...world.words(), '--context', context], { ...patient, env });
        expectExit(end, 9);
        expect(end.stderr).toContain('203.0.113.7');
        for (const other of [['clean'], ['down', '--delete', '--yes'], ['init', '--yes']])
          expectExit(await world.run([...other, '--context', context], { ...patient, env }), 9);
      }
      expectPi(await world.run(world.words(), { ...patient, env }));
      return 'refused with exit 9 and the address, for every command; without --context the own cluster is used';
    },
    again: ['version'],
  },
  {
    row: 31,
    fault: 'the image of the application is not in the cluster',
    how: 'image: nowhere/app:1 in spark-dev.yaml',
    kind: 'real',
    inject: async (world) => {
      writeApp(world, { image: 'nowhere/app:1' });
      const end = await world.run(jobIn(world.namespace), patient);
      expectExit(end, 2);
      expect(end.stderr).toMatch(/the image nowhere\/app:1 is not in the cluster: spark-dev images load/);
      return 'exit 2 before anything is built, with the command that loads it';
    },
    again: runAgain,
  },
  {
    row: 31,
    fault: 'the image goes while the run is on its way',
    how: 'the built image is removed from the node before the executor starts',
    kind: 'real',
    inject: async (world) => {
      const live = world.start(world.words(), patient);
      const [, image = ''] = await live.says(/✓ Build and deploy[^\n]*?(spark-dev-app:\w+)|(spark-dev-app:\w{64})/);
      const name = image === '' ? 'spark-dev-app' : image;
      const startedAt = Date.now();
      inNode(['image', 'rm', '--force', name]);
      const end = await live.ended;
      expectExit(end, 7);
      expect(end.stderr).toMatch(/IMAGE_MISSING/);
      return `exit 7 after ${String(Math.round((Date.now() - startedAt) / 1000))} s, with image and reason`;
    },
    again: runAgain,
  },
  {
    row: 33,
    fault: 'an image of another architecture',
    how: 'an empty image for arm64 in the cluster’s daemon',
    kind: 'real',
    inject: async (world) => {
      const image = 'faults/other-arch:1';
      inNode(['load'], packImage(world.project, image, 'arm64'));
      world.closers.push(() => void inNode(['image', 'rm', image]));
      writeApp(world, { image });
      const end = await world.run(jobIn(world.namespace), patient);
      expectExit(end, 2);
      expect(end.stderr).toMatch(/is built for arm64, but the cluster is amd64/);
      return 'exit 2 before anything is built, with both architectures';
    },
    again: runAgain,
  },
  {
    row: 49,
    fault: 'the driver is killed because it uses too much memory',
    how: 'a PySpark driver that fills a list until the kernel kills it',
    kind: 'real',
    inject: async (world) => {
      writeApp(world, small, session + greedy);
      const end = await world.run(jobIn(world.namespace), { ...patient, jobSucceeded: () => false });
      expectExit(end, 10);
      expect(end.stderr).toMatch(/OOMKilled/);
      expect(end.stderr).toMatch(/its limit of \d+Mi \(OOMKilled\)/);
      expect(end.stderr).toMatch(/fix: .*--driver-memory/);
      return 'exit 10: OOMKilled, with the limit and the flag that raises it';
    },
  },
  {
    row: 49,
    fault: 'an executor is killed because it uses too much memory',
    how: 'a Python worker that fills a list until the kernel kills it',
    kind: 'real',
    inject: async (world) => {
      const task = `def eat(_):\n  ${greedy.replaceAll('\n', '\n  ')}\nspark.sparkContext.parallelize([1], 1).map(eat).count()\n`;
      writeApp(world, { ...small, conf: { 'spark.task.maxFailures': '1' } }, session + task);
      const end = await world.run(jobIn(world.namespace), { ...patient, jobSucceeded: () => false });
      expectExit(end, 10);
      expect(end.stderr).toMatch(/why: A Python worker of executor 1 .*memory/);
      return 'exit 10, and it says that an executor had too little memory';
    },
  },
  {
    row: 55,
    fault: 'a forward that is frozen after a cancelled download',
    how: 'two browsers ask the Spark UI for 570 MB and read none of it; one is cancelled, the other stays until the end',
    kind: 'real',
    inject: async (world) => {
      const live = world.start(world.words('--', '1000'), patient);
      const peak = watchPeak(live.child.pid ?? 0);
      const [, url = ''] = await live.says(/Spark UI {2}(http\S+)/);
      const [cancelled, frozen] = await Promise.all([startDownload(url), startDownload(url)]);
      world.closers.push(() => frozen.destroy());
      await expectWhole(url);
      await sleep(5000);
      cancelled.resetAndDestroy();
      for (let times = 0; times < 3; times++) await expectWhole(url);
      expect(frozen.destroyed).toBe(false);
      expectPi(await live.ended);
      expect(peak()).toBeLessThan(300);
      return `each other connection gets its whole file, before and after; exit 0, ${String(peak())} MB of memory at the most`;
    },
  },
];

injectRowsOn('runs on the real cluster', createCluster(namespace), rows);

listRows([
  {
    row: 54,
    fault: 'the pod behind a forward was restarted or has completed',
    kind: 'deferred',
    why: 'the forward ends with its run; forwards that outlive a pod come with `dev` and the history server',
  },
]);
