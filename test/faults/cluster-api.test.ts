import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isWatch, showStatus, type Asked, type Fault } from './api-proxy.js';
import { driverPhase, expectExit, expectPi, patient, runAgain, shareNamespace, sleep, until } from './cluster-case.js';
import { createProxied, type Proxied } from './proxied.js';
import { injectRowsOn, type FaultRow } from './rows.js';

const namespace = shareNamespace();

const refusals: readonly { readonly name: string; readonly fault: Fault }[] = [
  { name: '429 with Retry-After: 1', fault: { status: 429, headers: { 'retry-after': '1' } } },
  { name: '503 with Retry-After: 1', fault: { status: 503, headers: { 'retry-after': '1' } } },
  { name: '500', fault: { status: 500 } },
];

/** Of the program's own watch on the pods of its run. */
const ofRun = (asked: Asked): boolean => asked.query.get('labelSelector')?.startsWith('spark-dev/run=') === true;
const reads = (asked: Asked): boolean => asked.method === 'GET' && asked.path.startsWith('/api/');
const expired = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' } })}\n`;

const busy: readonly FaultRow<Proxied>[] = refusals.map(({ name, fault }) => ({
  row: 41,
  fault: `the API server answers ${name}`,
  how: 'once each to the record, a write, a list and a watch of the run, and every 15th request',
  kind: 'proxy',
  inject: async (world) => {
    let counted = 0;
    const once = (when: (asked: Asked) => boolean) => ({ when, times: 1, fault });
    const isPassing = !('status' in fault) || fault.status !== 500;
    world.proxy.inject(
      once((asked) => ofRun(asked) && isWatch(asked)),
      once((asked) => ofRun(asked) && !isWatch(asked)),
      // without a time to ask again nobody may repeat a write or a question of kubectl's
      ...(isPassing
        ? [
            once(({ path }) => path.endsWith('/configmaps/spark-dev')),
            once(({ method, path }) => method === 'POST' && path.endsWith('/jobs')),
            { when: (asked: Asked) => reads(asked) && !asked.path.endsWith('/log') && ++counted % 15 === 0, fault },
          ]
        : []),
    );
    const end = await world.run(world.words(), patient);
    const last = world.proxy.asked.slice(-8).map(({ method, path, query }) => `${method} ${path}?${String(query)}`);
    expectPi({ ...end, stderr: `${end.stderr}\nlast asked: ${last.join(' ')}` });
    return `exit 0 after ${String(world.proxy.asked.length)} requests`;
  },
}));

const broken: readonly FaultRow<Proxied>[] = [
  {
    row: 41,
    fault: 'the API server answers 503 for good, from the moment that the job runs',
    how: 'every request then; the pods are there still',
    kind: 'proxy',
    inject: async (world) => {
      const live = world.start(world.words('--', '3000'), patient);
      await live.says(/Spark UI/);
      world.proxy.inject({ when: () => true, fault: { status: 503 } });
      world.proxy.cut();
      const end = await live.ended;
      expectExit(end, 5);
      expect(end.stderr).toMatch(/has not answered for 60 s[^]*why: the API server answered 503/);
      expect(end.stderr).toMatch(/Could not remove run \S+ from the cluster/);
      world.proxy.heal();
      await world.clean();
      expect(world.left()).toEqual([]);
      return 'exit 5 after a minute with the last answer; what is left is named, and `clean` removes it';
    },
  },
  {
    row: 41,
    fault: 'the API server answers 401',
    how: 'every request',
    kind: 'proxy',
    inject: async (world) => {
      const message = 'Unauthorized';
      world.proxy.inject({ when: () => true, fault: { status: 401, body: showStatus(401, message, message) } });
      const end = await world.run(world.words(), patient);
      expectExit(end, 5);
      expect(end.stderr).toMatch(/why: .*(Unauthorized|logged in|refuse)/i);
      return 'exit 5, and it says that the server refuses';
    },
    again: runAgain,
  },
  {
    row: 41,
    fault: 'the API server is slow: each answer takes a second',
    how: 'each request is kept back for a second',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject({ when: () => true, fault: { delayMs: 1000 } });
      expectPi(await world.run(world.words(), patient));
      return 'exit 0';
    },
  },
  {
    row: 42,
    fault: 'the watch ends with 410, too old resource version',
    how: 'three watches in a row',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject({ when: isWatch, times: 3, fault: { status: 200, body: expired } });
      expectPi(await world.run(world.words(), patient));
      return `exit 0; ${String(world.proxy.asked.filter(ofRun).length)} lists and watches in all`;
    },
  },
  {
    row: 42,
    fault: 'each watch is reset or ended after a second',
    how: 'the proxy resets each second connection, and ends the others',
    kind: 'proxy',
    inject: async (world) => {
      let counted = 0;
      world.proxy.inject(
        { when: (asked) => isWatch(asked) && ++counted % 2 === 0, fault: { afterMs: 1000, then: 'reset' } },
        { when: isWatch, fault: { afterMs: 1000, then: 'end' } },
      );
      const from = Date.now();
      const end = await world.run(world.words(), patient);
      expectPi(end);
      const asked = world.proxy.asked.filter(ofRun).length;
      expect(asked / ((Date.now() - from) / 1000)).toBeLessThan(4);
      return `exit 0; ${String(asked)} lists and watches in ${String(Math.round((Date.now() - from) / 1000))} s`;
    },
  },
  {
    row: 42,
    fault: 'a watch falls silent while the job ends, and the connection stays open',
    how: 'the proxy sends no byte of any watch after its first 2 s',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject({ when: isWatch, fault: { afterMs: 2000, then: 'silence' } });
      expectPi(await world.run(world.words(), patient));
      return 'exit 0: a list of its own sees the end';
    },
  },
  {
    row: 42,
    fault: 'ECONNRESET',
    how: 'every connection is reset each second while the job runs',
    kind: 'proxy',
    inject: async (world) => {
      const live = world.start(world.words(), patient);
      await live.says(/… Run on the cluster/);
      const timer = setInterval(() => {
        world.proxy.cut();
      }, 1000);
      await until('the driver has ended', () => driverPhase(world) === 'Succeeded' || live.child.exitCode !== null);
      clearInterval(timer);
      expectPi(await live.ended);
      return 'exit 0';
    },
  },
  {
    row: 51,
    fault: 'the stream of the log is reset while the job runs',
    how: 'the proxy resets it after a second, each time',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject({
        when: ({ path, query }) => path.endsWith('/log') && query.get('follow') === 'true',
        fault: { afterMs: 1000, then: 'reset' },
      });
      const end = await world.run(world.words('--log'), patient);
      expectPi(end);
      const runId = /(\S+)-driver, executors/.exec(end.stderr)?.[1] ?? '';
      // read whole once the driver had ended
      const kept = readFileSync(join(world.home, 'runs', runId, 'driver.log'), 'utf8')
        .trimEnd()
        .split('\n');
      expect(kept.length).toBeGreaterThan(20);
      expect(end.stderr.split('\n').filter((line) => kept.includes(line))).toEqual(
        kept.filter((line) => !end.stdout.includes(line)),
      );
      return 'exit 0; each line is shown once, to the last one';
    },
  },
  {
    row: 51,
    fault: 'the log is cut off when it is read at the end',
    how: 'the proxy resets the first reading after 0 ms',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject({
        when: ({ path, query }) => path.endsWith('/log') && query.get('follow') !== 'true',
        times: 1,
        fault: { afterMs: 0, then: 'reset' },
      });
      expectPi(await world.run(world.words(), patient));
      return 'exit 0: it is read once more';
    },
  },
  {
    row: 23,
    fault: 'a stale endpoint: the port of the API server has changed',
    how: 'nobody listens where the kubeconfig leads',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.shut();
      const end = await world.run(world.words(), patient);
      await world.proxy.open();
      expectExit(end, 5);
      expect(end.stderr).toMatch(/spark-dev init --yes/);
      return 'exit 5 at once: the cluster does not answer, `spark-dev init --yes` leads there again';
    },
    again: runAgain,
  },
  {
    row: 16,
    fault: 'the laptop sleeps from before the driver runs until long after the job has ended',
    how: 'SIGSTOP for 130 s and all connections cut meanwhile',
    kind: 'proxy',
    inject: async (world) => {
      const live = world.start(world.words(), patient);
      await live.says(/… Run on the cluster/);
      live.child.kill('SIGSTOP');
      const frozenAt = Date.now();
      world.proxy.cut();
      await until('the driver has ended', () => driverPhase(world) === 'Succeeded');
      await sleep(Math.max(0, 130_000 - (Date.now() - frozenAt)));
      live.child.kill('SIGCONT');
      expectPi(await live.ended);
      return 'exit 0: the result is read from the pod';
    },
  },
];

injectRowsOn('the API server is busy', createProxied(namespace), busy);
injectRowsOn('the API server and the way to it', createProxied(namespace), broken);
