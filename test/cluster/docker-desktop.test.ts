import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, kubectl, leftovers, type ClusterTools } from './cluster-tools.js';
import { makeStandIn, type StandIn } from './desktop-stand-in.js';
import { requirePrepared } from './prepared-cluster.js';
import { dataOf, runProgram, type ProgramEnd } from '../program/program.js';

let tools: ClusterTools;
let standIn: StandIn;
let record: string;

beforeAll(async () => {
  const prepared = await requirePrepared();
  tools = { ...prepared, cluster: { ...prepared.cluster, namespace: 'spark' } };
  record = await kubectl(tools, ['get', 'configmap/spark-dev', '-o', 'jsonpath={.data}']);
  standIn = await makeStandIn(tools);
}, 60_000);

const noteInCluster = (data: object): Promise<string> =>
  kubectl(tools, ['patch', 'configmap/spark-dev', '--type=merge', `--patch=${JSON.stringify({ data })}`]);

afterAll(async () => {
  await noteInCluster(JSON.parse(record) as object);
  await standIn.remove();
}, 60_000);

const call = (...words: readonly string[]): Promise<ProgramEnd> => runProgram([...words, '--json'], standIn.env);

describe('a context docker-desktop and the Docker of its node', () => {
  it('are prepared by init, and proven by SparkPi through Skaffold', async () => {
    // as an older version would have left it, so that init has something to apply and nobody else is disturbed
    await noteInCluster({ rights: 'older', sparkDevVersion: '0.0.0' });
    const before = await readFile(standIn.kubeconfig, 'utf8');
    const data = dataOf(await call('init', '--provider', 'docker-desktop', '--yes'));
    expect(data).toMatchObject({
      changed: ['rights', 'record'],
      cluster: { provider: 'docker-desktop', context: 'docker-desktop', namespace: 'spark' },
    });
    expect((data['proof'] as { pi: number }).pi).toBeCloseTo(Math.PI, 1);
    expect(JSON.parse(await kubectl(tools, ['get', 'configmap/spark-dev', '-o', 'jsonpath={.data}']))).toMatchObject({
      rights: expect.not.stringMatching('older') as string,
    });
    expect(await readFile(standIn.kubeconfig, 'utf8')).toBe(before);
  });

  it('are found by run without being named', async () => {
    const end = await call('run', 'sparkpi', '--lang', 'python', '--target', 'cluster');
    expect(dataOf(end)['pi']).toBeCloseTo(Math.PI, 1);
    expect(dataOf(end)['target']).toBe('cluster');
    await eventually('nothing is left of the run', async () => (await leftovers(tools)).length === 0);
  });

  it('are told by status as what they are, with the figure that counts', async () => {
    const data = dataOf(await call('cluster', 'status'));
    expect(data).toMatchObject({
      ready: true,
      provider: 'docker-desktop',
      context: 'docker-desktop',
      kubernetes: { state: 'running', kubeconfig: standIn.kubeconfig },
    });
    const { size, sized } = data as {
      size: { node: { allocatable: { memoryMb: number } }; limit: { memoryMb: number } };
      sized: { counts: { memoryMb: number } };
    };
    expect(sized.counts.memoryMb).toBe(Math.min(size.node.allocatable.memoryMb, size.limit.memoryMb));
  });

  it('are neither stopped nor deleted', async () => {
    expect((await call('down', '--delete', '--yes')).exitCode).toBe(9);
    expect(await kubectl(tools, ['get', 'role/spark', '-o', 'name'])).toContain('spark');
  });
});
