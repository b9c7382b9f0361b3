import { beforeAll, describe, expect, it } from 'vitest';
import { kubectl, type ClusterTools } from '../cluster/cluster-tools.js';
import { requirePrepared } from '../cluster/prepared-cluster.js';
import { runProgram, startProgram } from '../program/program.js';

let tools: ClusterTools;
beforeAll(async () => {
  tools = await requirePrepared();
});

interface Answer {
  readonly sparkVersion: string;
  readonly tookMs: number;
  readonly passed: number;
  readonly cases: readonly { readonly id: string; readonly status: string; readonly why: readonly string[] }[];
}

async function verify(...words: string[]): Promise<Answer> {
  const end = await runProgram(['verify', ...words, '--json']);
  const { data } = JSON.parse(end.stdout) as { data: Answer };
  console.log(`Spark ${data.sparkVersion}, ${words.join(' ')}: ${String(data.passed)} in ${String(data.tookMs)} ms`);
  return data;
}

const failuresOf = ({ cases }: Answer): readonly unknown[] => cases.filter(({ status }) => status === 'failed');
const ours = ['get', 'namespaces,persistentvolumes', '-l', 'spark-dev/verify', '-o', 'name'];

describe("Spark's own list", () => {
  it('passes, the optional cases too', async () => {
    expect(failuresOf(await verify('--all'))).toEqual([]);
    expect(await kubectl(tools, ours)).toBe('');
  });

  it('can fail: each case goes red for what was broken in it', async () => {
    expect(failuresOf(await verify('--all', '--sabotage'))).toEqual([]);
    expect(await kubectl(tools, ours)).toBe('');
  });
});

it('Ctrl-C leaves no namespace, no pod and no volume', async () => {
  const run = startProgram(['verify', '--only', 'PV1,X1']);
  await run.says(/… PV1/);
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  run.child.kill('SIGINT');
  expect((await run.ended).exitCode).toBe(130);
  expect(await kubectl(tools, ours)).toBe('');
});
