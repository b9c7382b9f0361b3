import { expect } from 'vitest';
import { createCluster, type Cluster } from './cluster.js';
import { expectExit, patient, runAgain, shareNamespace } from './cluster-case.js';
import { injectRowsOn, type FaultRow } from './rows.js';

const skaffoldRun = { program: 'skaffold', args: /^run / } as const;

const rows: readonly FaultRow<Cluster>[] = [
  {
    row: 29,
    fault: 'docker-env fails, so that a build would end up in this machine’s own daemon',
    how: 'minikube docker-env ends with 1, for spark-dev and for Skaffold',
    kind: 'shim',
    inject: async (world) => {
      world.shims.inject({
        program: 'minikube',
        args: /^docker-env/,
        answer: { exit: 1, stderr: 'X Exiting due to GUEST_STATUS\n' },
      });
      const end = await world.run(world.words(), { ...patient, jobSucceeded: () => false });
      expect(end.exitCode).not.toBe(0);
      expect(end.stderr).toMatch(/docker-env|is not in the cluster/);
      expect(world.left()).toEqual([]);
      return `exit ${String(end.exitCode)}: ${/error (.*)/.exec(end.stderr)?.[1] ?? ''}; nothing is submitted`;
    },
    again: runAgain,
  },
  {
    row: 30,
    fault: 'the disk is full while the image is built',
    how: 'Skaffold says what it says then',
    kind: 'shim',
    inject: async (world) => {
      const stderr =
        'build [spark-dev-app] failed: docker build failure: write /var/lib/docker/tmp/x: no space left on device\n';
      world.shims.inject({ ...skaffoldRun, answer: { exit: 1, stderr } });
      const end = await world.run(world.words(), { ...patient, jobSucceeded: () => false });
      expectExit(end, 6);
      expect(end.stderr).toContain('docker system df');
      expect(end.stderr).not.toContain('docker system prune');
      return 'exit 6; docker system df and spark-dev images prune are named, which removes our own alone';
    },
    again: runAgain,
  },
  {
    row: 27,
    fault: 'the daemon dies while the image is built',
    how: 'Skaffold says what it says then, once',
    kind: 'shim',
    inject: async (world) => {
      const stderr =
        'build [spark-dev-app] failed: error during connect: Post "https://192.168.49.2:2376/v1.41/build?buildargs=%7B%7D": EOF\n';
      world.shims.inject({ ...skaffoldRun, times: 1, answer: { exit: 1, stderr } });
      const end = await world.run(world.words(), patient);
      expectExit(end, 0);
      expect(world.shims.find(/^skaffold run /)).toHaveLength(2);
      return 'built once more as soon as the daemon answers; exit 0';
    },
    again: runAgain,
  },
];

injectRowsOn('builds on the real cluster', createCluster(shareNamespace()), rows);
