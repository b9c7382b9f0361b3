import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForMemory, describePod, everywhere, readMemory } from './cluster-size.js';
import { eventually, kubectl, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';
import { dataOf, runProgram, startProgram } from '../program/program.js';

let tools: ClusterTools;
let originalMb: number;
const pods = ['needs-five-gb', 'needs-seven-gb'] as const;

async function resize(...words: string[]): Promise<Record<string, unknown>> {
  return dataOf(await runProgram(['cluster', 'resize', ...words, '--json']));
}

beforeAll(async () => {
  tools = await requirePrepared();
  originalMb = (await readMemory(tools)).docker;
  await resize('--memory', '4g');
});

afterAll(async () => {
  await kubectl(tools, ['delete', 'pod', ...pods, '--ignore-not-found', '--wait=false']);
  await resize('--memory', `${String(originalMb)}m`);
  expect(await readMemory(tools)).toEqual(everywhere(originalMb));
}, 60_000);

describe('cluster resize on the real cluster', () => {
  it('is true in every place, and a pod gets what was added and no more', async () => {
    expect(await readMemory(tools)).toEqual(everywhere(4096));
    const systemPods = ['get', 'pods', '--namespace=kube-system', '-o', 'jsonpath={..restartCount} {..metadata.uid}'];
    const before = await kubectl(tools, systemPods);
    await Promise.all([askForMemory(tools, pods[0], 5000), askForMemory(tools, pods[1], 7000)]);
    for (const pod of pods)
      await eventually(`${pod} has no place`, async () =>
        /^Pending .*Insufficient memory/.test(await describePod(tools, pod)),
      );

    const data = await resize('--memory', '6g');
    expect(data).toMatchObject({
      before: { memoryMb: 4096 },
      after: { memoryMb: 6144 },
      changed: ['limit', 'profile', 'kubelet'],
    });
    console.log('4 GB to 6 GB, milliseconds by step:', data['durationsMs']);
    expect(await readMemory(tools)).toEqual(everywhere(6144));
    await eventually('it runs', async () => (await describePod(tools, pods[0])).startsWith('Running'));
    expect(await describePod(tools, pods[1])).toMatch(/^Pending .*Insufficient memory/);

    const refused = await runProgram(['cluster', 'resize', '--memory', '4g', '--json']);
    expect(refused.exitCode).toBe(6);
    expect(refused.stdout).toContain('less than what is in use');
    expect(await readMemory(tools)).toEqual(everywhere(6144));
    await kubectl(tools, ['delete', 'pod', ...pods]);
    expect(await kubectl(tools, systemPods)).toBe(before);
    expect(await resize('--memory', '6144')).toMatchObject({ changed: [] });
  });
});

describe('kill -9', () => {
  it.each([
    ['before the limit changes', /… Limit the node/, 4096],
    ['when the profile is written', /… Write CPUs/, 6144],
    ['when kubelet is told', /… Make the node/, 4096],
  ])('%s: the next resize without a size brings it to its end', async (_name, moment, memoryMb) => {
    const killed = startProgram(['cluster', 'resize', '--memory', `${String(memoryMb)}m`]);
    await killed.says(moment);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await resize();
    expect(await readMemory(tools)).toEqual(everywhere(memoryMb));
  });
});
