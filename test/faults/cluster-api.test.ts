import { expect } from 'vitest';
import { clusterRun, createProxied, type Proxied } from './cluster.js';
import { injectRowsOn, type FaultRow } from './rows.js';

const pods = /^GET \/api\/v1\/namespaces\/faults\/pods\?/;
const watch = /^GET \/api\/v1\/namespaces\/faults\/pods\?.*watch=/;
const log = /^GET .*\/log\?/;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const rows: readonly FaultRow<Proxied>[] = [
  {
    row: 41,
    fault: 'the API server answers 429 with Retry-After',
    how: 'the first two questions for the record, for pods and for the log, and the first write',
    kind: 'proxy',
    inject: async (world) => {
      const headers = { 'Retry-After': '1' };
      world.proxy.inject(
        { request: pods, times: 2, status: 429, headers },
        { request: log, times: 2, status: 429, headers },
        { request: /configmaps\/spark-dev/, times: 2, status: 429, headers },
        { request: /^(POST|PATCH|DELETE) /, times: 1, status: 429, headers },
      );
      const { exitCode } = await world.run(clusterRun, { jobSucceeded: world.jobDone });
      expect(exitCode).toBe(0);
      const lists = world.proxy.requests.filter(({ line }) => pods.test(line) && !watch.test(line));
      const pauseMs = (lists[1]?.at ?? 0) - (lists[0]?.at ?? 0);
      expect(pauseMs).toBeGreaterThanOrEqual(900);
      return `exit 0; pods were asked for again after ${String(pauseMs)} ms, as Retry-After wanted it`;
    },
    again: clusterRun,
  },
  {
    row: 41,
    fault: 'the API server answers 500 and 503',
    how: 'the first two lists of pods, the first two watches',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject({ request: watch, times: 2, status: 503 }, { request: pods, times: 2, status: 500 });
      const { exitCode } = await world.run(clusterRun, { jobSucceeded: world.jobDone });
      expect(exitCode).toBe(0);
      return 'exit 0; asked again with growing pauses';
    },
    again: clusterRun,
  },
  {
    row: 41,
    fault: 'the API server answers 401 to everything',
    how: 'every request',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject({ request: /./, status: 401, message: 'Unauthorized' });
      const { exitCode, stderr } = await world.run(clusterRun, { jobSucceeded: world.jobDone });
      expect(exitCode).toBe(5);
      expect(stderr).toMatch(/why: .*/);
      return `exit 5: ${/error (.*)/.exec(stderr)?.[1] ?? ''}`;
    },
    again: clusterRun,
  },
  {
    row: 42,
    fault: 'the watch is reset, expired (410) and ended without a word',
    how: 'the first watch is cut after 300 bytes, the second answers 410, the third ends at once',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject(
        { request: watch, times: 1, cut: { afterBytes: 300, by: 'reset' } },
        { request: watch, times: 1, status: 410, message: 'too old resource version: 1 (2)' },
        { request: watch, times: 1, cut: { afterBytes: 1, by: 'end' } },
      );
      const { exitCode } = await world.run([...clusterRun, '--', '3'], { jobSucceeded: world.jobDone });
      expect(exitCode).toBe(0);
      const asked = world.proxy.requests.filter(({ line }) => pods.test(line)).length;
      expect(asked).toBeLessThan(40);
      return `exit 0; listed and watched again, ${String(asked)} requests for pods in all`;
    },
    again: clusterRun,
  },
  {
    row: 16,
    fault: 'the laptop sleeps while the job runs and ends',
    how: 'spark-dev is stopped for 30 s, and finds all its connections reset',
    kind: 'proxy',
    inject: async (world) => {
      const live = world.start([...clusterRun, '--', '6'], { jobSucceeded: world.jobDone, withinMs: 200_000 });
      await live.says(/Spark UI|driver running|Run on the cluster/);
      while (!world.proxy.requests.some(({ line }) => log.test(line)) && live.child.exitCode === null) await pause(100);
      live.child.kill('SIGSTOP');
      await pause(30_000);
      world.proxy.cutAll();
      live.child.kill('SIGCONT');
      const { exitCode } = await live.ended;
      expect(exitCode).toBe(0);
      return 'exit 0: the result was read from the pod after waking';
    },
    again: clusterRun,
  },
  {
    row: 51,
    fault: 'the log stream goes silent, and the final read is cut',
    how: 'the followed log stops after 20 bytes, the first whole one is reset after 20',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject(
        { request: /\/log\?.*follow=true/, cut: { afterBytes: 20, by: 'silence' } },
        { request: /\/log\?.*follow=false/, times: 1, cut: { afterBytes: 20, by: 'reset' } },
      );
      const { exitCode } = await world.run(clusterRun, { jobSucceeded: world.jobDone });
      expect(exitCode).toBe(0);
      expect(world.readLog('driver.log')).toContain('JOB-DONE');
      expect(world.readLog('driver.log')).not.toContain('broke off');
      return 'exit 0; driver.log is whole, read once more after its end';
    },
    again: clusterRun,
  },
  {
    row: 45,
    fault: 'slow lists, and many services',
    how: 'each list of pods takes 4 s more; the pods are looked at for service links',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject({ request: pods, delayMs: 4000 });
      const { exitCode } = await world.run(clusterRun, { jobSucceeded: world.jobDone });
      expect(exitCode).toBe(0);
      const unlimited = world.proxy.requests.filter(({ line }) => pods.test(line) && !line.includes('labelSelector='));
      expect(unlimited).toEqual([]);
      return 'exit 0; each list is limited by the label of the run';
    },
    again: clusterRun,
  },
  {
    row: 47,
    fault: 'a service named spark-master is in the namespace',
    how: 'made there before the run',
    kind: 'real',
    inject: async (world) => {
      world.kubectl('create', 'service', 'clusterip', 'spark-master', '--tcp=7077:7077');
      try {
        const { exitCode } = await world.run(clusterRun, { jobSucceeded: world.jobDone });
        expect(exitCode).toBe(0);
        expect(world.readLog('driver.log')).toContain('NOT-LINKED');
      } finally {
        world.kubectl('delete', 'service', 'spark-master');
      }
      return 'exit 0; SPARK_MASTER_PORT is not in the environment of the driver';
    },
    again: clusterRun,
  },
];

injectRowsOn('cluster and API, behind a proxy', createProxied, rows);
