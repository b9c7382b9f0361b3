import { expect } from 'vitest';
import { expectExit, patient, runAgain, shareNamespace, until } from './cluster-case.js';
import { createProxied, type Proxied } from './proxied.js';
import { injectRowsOn, type FaultRow } from './rows.js';

const halfway: readonly FaultRow<Proxied>[] = [
  {
    row: 15,
    fault: 'killed between two objects of an overlay',
    how: 'SIGKILL of spark-dev when the ConfigMap is there and the Job is about to be; the request for the Job never ends',
    kind: 'proxy',
    inject: async (world) => {
      let isAsked = false;
      world.proxy.inject({
        when: ({ method, path }) => {
          const isJob = method === 'POST' && path.endsWith('/jobs');
          isAsked ||= isJob;
          return isJob;
        },
        fault: { hangs: true },
      });
      const live = world.start(world.words(), patient);
      await until('the Job is asked for', () => isAsked, 120_000);
      live.kill('SIGKILL');
      await live.ended;
      expect(world.left()).toEqual(
        ['queue', 'settings'].map((what) => expect.stringMatching(`^configmap/.*-${what}$`) as string),
      );
      await world.clean();
      expect(world.left()).toEqual([]);
      return 'the ConfigMap alone is left, with our label; `clean` ends Skaffold and removes it';
    },
    again: runAgain,
  },
  {
    row: 15,
    fault: 'the API server refuses the second object of an overlay',
    how: '403 for the Job',
    kind: 'proxy',
    inject: async (world) => {
      world.proxy.inject({
        when: ({ method, path }) => method === 'POST' && path.endsWith('/jobs'),
        fault: { status: 403 },
      });
      const end = await world.run(world.words(), patient);
      expectExit(end, 7);
      expect(end.stderr).toMatch(/why: .*injected by a test/);
      return 'exit 7 with the server’s words; what was there already is removed';
    },
    again: runAgain,
  },
];

injectRowsOn('an overlay half applied', createProxied(shareNamespace()), halfway);
