import { beforeAll, describe, expect, it } from 'vitest';
import { eventually, kubectl, leftovers, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';
import { dataOf, runProgram, startProgram } from '../program/program.js';

let tools: ClusterTools;
beforeAll(async () => {
  tools = await requirePrepared();
});

const decoys = [
  { kind: 'ConfigMap', name: 'sparkpi-settings', labels: { 'spark-dev/run': 'sparkpi' } },
  { kind: 'Service', name: 'sparkpi-driver-svc', labels: { 'spark-role': 'driver' } },
].map(({ kind, name, labels }) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, labels },
  ...(kind === 'Service' ? { spec: { ports: [{ port: 80 }] } } : { data: { a: 'b' } }),
}));
const decoyNames = ['configmap/sparkpi-settings', 'service/sparkpi-driver-svc'];

describe('clean on the real cluster', () => {
  it('removes exactly what a killed spark-dev left, after status has told of it', async () => {
    await kubectl(tools, ['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: decoys }));
    try {
      const run = startProgram(['run', 'sparkpi', '--target', 'cluster', '--', '20000']);
      await run.says(/Spark UI/);
      // while its spark-dev lives, it is nobody's leftover
      expect((await runProgram(['clean', '--dry-run'])).stdout).toBe('Nothing to remove\n');
      run.child.kill('SIGKILL');
      await run.ended;

      expect((await runProgram(['status'])).stdout).toMatch(/^leftovers +\d+ things .*spark-dev clean$/m);
      const shown = dataOf(await runProgram(['clean', '--dry-run', '--json']))['removes'] as readonly string[];
      const there = (await leftovers(tools)).filter((name) => !decoyNames.includes(name));
      expect(namesOf(shown)).toEqual(there.map((name) => name.replace(/^([a-z]+)[^/]*/, '$1')).sort());

      const done = dataOf(await runProgram(['clean', '--yes', '--json']));
      expect(done).toEqual({ removed: shown, left: [] });
      await eventually('only the decoys are left', async () => {
        return (await leftovers(tools)).toString() === decoyNames.toString();
      });
      expect((await runProgram(['status'])).stdout).not.toContain('leftovers');
      expect((await runProgram(['clean', '--yes'])).stdout).toBe('Nothing to remove\n');
    } finally {
      await kubectl(tools, ['delete', ...decoyNames, '--ignore-not-found']);
    }
  });
});

/** `pod spark/x` → `pod/x`. */
function namesOf(items: readonly string[]): readonly string[] {
  return items.map((item) => item.replace(/ spark\//, '/')).sort();
}
