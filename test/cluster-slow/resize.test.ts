import { afterAll, beforeAll, expect, it } from 'vitest';
import { everywhere, readMemory } from '../cluster/cluster-size.js';
import { eventually, kubectl, type ClusterTools } from '../cluster/cluster-tools.js';
import { requirePrepared } from '../cluster/prepared-cluster.js';
import { dataOf, runProgram, startProgram } from '../program/program.js';

let tools: ClusterTools;
let originalMb: number;

async function resize(memory: string): Promise<number> {
  const startedAt = Date.now();
  dataOf(await runProgram(['cluster', 'resize', '--memory', memory, '--json']));
  return Date.now() - startedAt;
}

beforeAll(async () => {
  tools = await requirePrepared();
  originalMb = (await readMemory(tools)).docker;
  await resize('4g');
}, 60_000);

afterAll(async () => {
  await resize(`${String(originalMb)}m`);
}, 60_000);

it('a running job does not notice that its cluster grows and shrinks', async () => {
  const run = startProgram(['run', 'sparkpi', '--target', 'cluster', '--json', '--', '20000']);
  await run.says(/Spark UI/);
  const podsOf = ['get', 'pods', '-l', 'spark-role', '-o', 'jsonpath={.items[*].status.phase}'];
  await eventually('driver and executor run', async () => (await kubectl(tools, podsOf)) === 'Running Running');
  const grownInMs = await resize('6g');
  expect(await readMemory(tools)).toEqual(everywhere(6144));
  const shrunkInMs = await resize('4g');
  expect(await readMemory(tools)).toEqual(everywhere(4096));
  // else nothing was proven
  expect(await kubectl(tools, podsOf)).toBe('Running Running');
  console.log(`4 GB to 6 GB in ${String(grownInMs)} ms, back in ${String(shrunkInMs)} ms, with a job running`);
  const data = dataOf(await run.ended);
  expect(data['pi']).toBeCloseTo(Math.PI, 2);
  expect(data['executors']).toHaveLength(1);
});

it('the size outlives down and init', async () => {
  await resize('5g');
  expect((await runProgram(['down'])).exitCode).toBe(0);
  expect((await runProgram(['init', '--yes', '--no-verify'])).exitCode).toBe(0);
  expect(await readMemory(tools)).toEqual(everywhere(5120));
});

it('one that is stopped starts in its new size', async () => {
  expect((await runProgram(['down'])).exitCode).toBe(0);
  await resize('6g');
  expect((await runProgram(['init', '--yes', '--no-verify'])).exitCode).toBe(0);
  expect(await readMemory(tools)).toEqual(everywhere(6144));
});

it('init brings the cluster to the size asked for', async () => {
  expect((await runProgram(['init', '--yes', '--no-verify', '--memory', '4g'])).exitCode).toBe(0);
  expect(await readMemory(tools)).toEqual(everywhere(4096));
});
