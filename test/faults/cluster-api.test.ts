import { expect } from 'vitest';
import { clusterRun, createProxied, type Proxied } from './cluster.js';
import { injectRowsOn, type FaultRow } from './rows.js';

const done = (world: Proxied) => (): boolean => world.readLog('driver.log').includes('JOB-DONE');
const pods = /^GET \/api\/v1\/namespaces\/faults\/pods\?/;
const watch = /^GET \/api\/v1\/namespaces\/faults\/pods\?.*watch=/;

const rows: readonly FaultRow<Proxied>[] = [
  {
    row: 41,
    fault: 'the API server answers 429 with Retry-After, and 503',
    how: 'each kind of question is refused twice',
    kind: 'proxy',
    inject: async (world) => {
      const headers = { 'Retry-After': '1' };
      world.proxy.inject(
        { request: pods, times: 2, status: 429, headers },
        { request: /\/log\?/, times: 2, status: 429, headers },
        { request: /configmaps\/spark-dev/, times: 2, status: 429, headers },
        { request: /^POST|^PATCH/, times: 1, status: 429, headers },
      );
      const { exitCode } = await world.run(clusterRun, { jobSucceeded: done(world) });
      expect(exitCode).toBe(0);
      const lists = world.proxy.requests.filter(({ line }) => pods.test(line) && !watch.test(line));
      const pauseMs = (lists[1]?.at ?? 0) - (lists[0]?.at ?? 0);
      expect(pauseMs).toBeGreaterThanOrEqual(900);
      return `exit 0; asked again after ${String(pauseMs)} ms, as Retry-After wanted it`;
    },
    again: clusterRun,
  },
];

injectRowsOn('cluster and API', createProxied, rows);
