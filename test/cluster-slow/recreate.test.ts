import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recreationFolder, recreationSteps, type RecreationStep } from '../../src/clusters/recreate/record.js';
import type { ClusterTools } from '../cluster/cluster-tools.js';
import { requirePrepared } from '../cluster/prepared-cluster.js';
import { runProgram, startProgram } from '../program/program.js';
import { emptyCluster, fillCluster, listFiles, listWorkloads } from './cluster-filling.js';

let tools: ClusterTools;
let original: readonly string[];
let filesBefore: string;
let workloadsBefore: string;

beforeAll(async () => {
  tools = await requirePrepared();
  original = sizeFlags(await readLimit());
  await fillCluster(tools);
  filesBefore = await listFiles(tools);
  workloadsBefore = await listWorkloads(tools);
}, 300_000);

afterAll(async () => {
  await runProgram(['init', '--yes', '--no-verify']);
  if (sizeFlags(await readLimit()).join() !== original.join()) await recreate(original);
  await emptyCluster(tools);
}, 600_000);

function sizeFlags([cpus, memoryMb]: readonly number[]): readonly string[] {
  return ['--cpus', String(cpus), '--memory', `${String(memoryMb)}mb`];
}

/** CPUs and MB of the node's container. */
async function readLimit(): Promise<readonly number[]> {
  const format = '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}';
  const { stdout } = await tools.host.runner.run(['docker', 'inspect', '--format', format, 'spark-dev']);
  const [nanoCpus = 0, bytes = 0] = stdout.split(' ').map(Number);
  return [nanoCpus / 1e9, bytes / 1024 ** 2];
}

async function recreate(size: readonly string[]): Promise<void> {
  const end = await runProgram(['cluster', 'resize', '--recreate', ...size, '--yes']);
  expect(end.exitCode, end.stderr).toBe(0);
}

async function expectWhole(): Promise<void> {
  expect(await listFiles(tools)).toBe(filesBefore);
  expect(await listWorkloads(tools)).toBe(workloadsBefore);
  expect(existsSync(journalFile())).toBe(false);
  expect(existsSync(recreationFolder(tools.host.directories).root)).toBe(false);
}

function journalFile(): string {
  return join(tools.host.directories.data, 'journal', 'recreate-cluster.json');
}

function stepAtWork(): RecreationStep | undefined {
  try {
    return (JSON.parse(readFileSync(journalFile(), 'utf8')) as { step: RecreationStep }).step;
  } catch {
    return undefined;
  }
}

/** Ends the program with SIGKILL as soon as the journal names this step, or so much later. */
async function killAt(words: readonly string[], step: RecreationStep, laterMs = 0): Promise<void> {
  const program = startProgram(words);
  while (stepAtWork() !== step) {
    if (program.child.exitCode !== null) throw new Error(`it never came to ${step}: ${(await program.ended).stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await new Promise((resolve) => setTimeout(resolve, laterMs));
  expect(stepAtWork()).toBe(step);
  program.child.kill('SIGKILL');
  await program.ended;
}

const fourGb = ['--cpus', '2', '--memory', '4g'];
const sixGb = ['--cpus', '2', '--memory', '6g'];
const init = ['init', '--yes', '--no-verify'];

it('2 CPUs and 4 GB to 6 GB and back: files, owners, objects and replicas are as before', async () => {
  for (const [size, memoryMb] of [
    [fourGb, 4096],
    [sixGb, 6144],
    [fourGb, 4096],
  ] as const) {
    const startedAt = Date.now();
    await recreate(size);
    console.log(`to ${String(memoryMb)} MB: ${String(Math.round((Date.now() - startedAt) / 1000))} s`);
    expect(await readLimit()).toEqual([2, memoryMb]);
    await expectWhole();
  }
});

describe('killed', () => {
  const boundary = recreationSteps.indexOf('delete');

  it.each(recreationSteps.slice(0, boundary))('at %s, the next init goes back to the old cluster', async (step) => {
    const before = await readLimit();
    await killAt(['cluster', 'resize', '--recreate', ...otherSize(before), '--yes'], step, 300);
    expect((await runProgram(init)).exitCode).toBe(0);
    expect(await readLimit()).toEqual(before);
    await expectWhole();
  });

  it('at each step from the deletion on, every init killed one step later, the last one ends it', async () => {
    const before = await readLimit();
    await killAt(['cluster', 'resize', '--recreate', ...otherSize(before), '--yes'], 'delete', 2000);
    await killAt(init, 'start', 15_000);
    for (const step of recreationSteps.slice(boundary + 2)) await killAt(init, step, step === 'tidy' ? 0 : 300);
    const last = await runProgram(init);
    expect(last.exitCode, last.stderr).toBe(0);
    expect(sizeFlags(await readLimit())).not.toEqual(sizeFlags(before));
    await expectWhole();
  });
});

function otherSize([, memoryMb]: readonly number[]): readonly string[] {
  return memoryMb === 6144 ? fourGb : sixGb;
}
