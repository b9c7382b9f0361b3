import { expect } from 'vitest';
import { createDesktop, type Machine } from './machine.js';
import { injectRowsOn, type FaultRow } from './rows.js';

const on = ['--provider', 'docker-desktop'];
const init = ['init', '--yes', '--no-verify', '--source', 'registries', ...on];
const reset = /fix: .*wait until Docker Desktop shows Kubernetes as running[^]*Reset Kubernetes Cluster/;
const stuck = { program: 'kubectl', args: /--context=docker-desktop/, answer: { hangs: true } } as const;
const bounded = { withinMs: 60_000 } as const;

const rows: readonly FaultRow<Machine>[] = [
  {
    row: 38,
    fault: 'Kubernetes of Docker Desktop stays in "starting"',
    how: 'it is enabled, and kubectl hangs on its context',
    kind: 'shim',
    inject: async (world) => {
      world.shims.inject(stuck);
      const end = await world.run(init, bounded);
      expect(end.exitCode, end.stderr).toBe(4);
      expect(end.stderr).toMatch(/Docker Desktop's Kubernetes is not ready[^]*why: It is enabled but does not answer/);
      expect(end.stderr).toMatch(reset);
      const status = await world.run(['status', ...on], bounded);
      expect(status.stdout).toMatch(/docker-desktop: silent/);
      const doctor = await world.run(['doctor', '--only', 'cluster', ...on], bounded);
      expect(doctor.exitCode).toBe(4);
      expect(doctor.stdout).toMatch(/does not answer[^]*fix: spark-dev init --yes --provider docker-desktop\n/);
      const run = await world.run(['run', 'sparkpi', '--target', 'cluster', ...on], bounded);
      expect(run.exitCode).toBe(5);
      expect(run.stderr).toMatch(/does not answer[^]*fix: spark-dev init --yes --provider docker-desktop\n/);
      const took = world.endings.map(({ tookMs }) => `${String(Math.round(tookMs / 1000))} s`);
      return `init exits 4 and says where to click; status, doctor and run say that it is silent; after ${took.join(', ')}`;
    },
    again: init,
  },
  {
    row: 38,
    fault: 'Kubernetes of Docker Desktop stays in "starting", and spark-dev never used it',
    how: 'kubectl hangs on its context, no provider is named',
    kind: 'shim',
    inject: async (world) => {
      world.shims.inject(stuck);
      const checks = ['cluster', 'kubectl', 'capability'];
      const doctor = await world.run(['doctor', '--only', checks.join()], bounded);
      expect(doctor.stdout).toMatch(/not created/);
      expect(doctor.stdout).not.toMatch(/no answer within|timed out after/);
      const run = await world.run(['run', 'sparkpi', '--target', 'cluster'], bounded);
      expect(run.exitCode).toBe(5);
      expect(run.stderr).toMatch(/why: There is no cluster yet, and Kubernetes in Docker Desktop does not answer/);
      return 'doctor answers all its checks; a run on the cluster exits 5 and names both';
    },
    again: ['doctor', '--only', 'cluster'],
  },
  {
    row: 38,
    fault: 'the context of Docker Desktop is missing while its Kubernetes is enabled',
    how: 'its settings say enabled, no kubeconfig has the context',
    kind: 'shim',
    inject: async (world) => {
      const without = { ...bounded, env: { KUBECONFIG: world.decoy.kubeconfig } };
      const end = await world.run(init, without);
      expect(end.exitCode, end.stderr).toBe(4);
      expect(end.stderr).toMatch(/why: Your kubeconfig has no context docker-desktop/);
      expect(end.stderr).toMatch(reset);
      const status = await world.run(['status', ...on], without);
      expect(status.stdout).toMatch(/docker-desktop: absent \(your kubeconfig has no context docker-desktop/);
      expect(world.shims.find(/^kubectl .*--context/)).toEqual([]);
      return 'init exits 4 and says where to click; no cluster is asked in its place';
    },
    again: init,
  },
];

injectRowsOn('Kubernetes of Docker Desktop', createDesktop, rows);
