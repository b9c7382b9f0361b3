import { afterAll, beforeAll, expect } from 'vitest';
import { isWatch } from './api-proxy.js';
import { createCluster, openNamespace, type Cluster } from './cluster.js';
import { createProxied, type Proxied } from './proxied.js';
import { injectRowsOn, type FaultRow } from './rows.js';

let namespace: Awaited<ReturnType<typeof openNamespace>>;
beforeAll(async () => {
  namespace = await openNamespace();
}, 120_000);
afterAll(() => {
  namespace.close();
});
const name = (): string => namespace.name;

const onCluster: readonly FaultRow<Cluster>[] = [
  {
    row: 12,
    fault: 'two runs at once',
    how: 'two calls in the same second, the same namespace',
    kind: 'real',
    inject: async (world) => {
      const words = world.words('--json');
      const ends = await Promise.all([world.run(words), world.run(words)]);
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
      const ids = ends.map(({ stdout }) => (JSON.parse(stdout) as { data: { runId: string } }).data.runId);
      expect(new Set(ids).size).toBe(2);
      return 'both exit 0, with ids of their own';
    },
  },
];

const behindProxy: readonly FaultRow<Proxied>[] = [
  {
    row: 42,
    fault: 'the watch ends with 410, too old resource version',
    how: 'the first two watches are answered so',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject({
        when: isWatch,
        times: 2,
        fault: {
          status: 200,
          body: `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' } })}\n`,
        },
      });
      const { exitCode } = await world.run(world.words(), { withinMs: 200_000 });
      expect(exitCode).toBe(0);
      return 'exit 0';
    },
  },
];

injectRowsOn('the real cluster', createCluster(name), onCluster);
injectRowsOn('the real cluster behind a proxy', createProxied(name), behindProxy);
