import { beforeAll, expect, it } from 'vitest';
import { kubectl, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';
import { dataOf, runProgram } from '../program/program.js';

let tools: ClusterTools;
beforeAll(async () => {
  tools = await requirePrepared();
});

const ours = ['get', 'namespaces,persistentvolumes', '-l', 'spark-dev/verify', '-o', 'name'];

it("cases of Spark's own list pass, and leave nothing", async () => {
  const data = dataOf(await runProgram(['verify', '--only', 'B8,V2', '--json']));
  expect(data).toMatchObject({ passed: 2, failed: 0, cases: [{ why: [] }, { why: [] }] });
  expect(await kubectl(tools, ours)).toBe('');
});

it('a case that is broken on purpose goes red for that reason', async () => {
  const data = dataOf(await runProgram(['verify', '--only', 'B2', '--sabotage', '--json']));
  expect(data).toMatchObject({ passed: 1, failed: 0, sabotaged: true });
  expect(await kubectl(tools, ours)).toBe('');
});
