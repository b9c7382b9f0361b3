import { spawnSync } from 'node:child_process';
import { dirname, delimiter } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findTool } from '../../src/toolchain/find-tool.js';
import { readPromptLines } from '../program/documented-commands.js';
import { eventually, kubectl, leftovers, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';

let tools: ClusterTools;
let path: string;

beforeAll(async () => {
  tools = await requirePrepared();
  const { host, cluster } = tools;
  const skaffold = (await findTool(host, 'skaffold')).found?.path ?? '';
  path = [dirname(skaffold), dirname(cluster.kubectl), process.env['PATH']].join(delimiter);
});

afterAll(async () => {
  await kubectl(tools, ['delete', 'job,pod,service,configmap', '-l', 'spark-dev/run=sparkpi', '--ignore-not-found']);
});

const isOurs = (name: string): boolean => /\/sparkpi-(submit|driver|exec|ui|program|settings)/.test(name);

/** Without spark-dev, in the folder of the repository's skaffold.yaml. */
function call(words: readonly string[]): string {
  const env = { ...process.env, PATH: path, KUBECONFIG: tools.cluster.kubeconfig, SKAFFOLD_UPDATE_CHECK: 'false' };
  const end = spawnSync(words[0] ?? '', words.slice(1), { env, encoding: 'utf8', timeout: 120_000 });
  expect(end.status, end.stderr).toBe(0);
  return end.stdout;
}

it('diagnoses and renders the project of the repository in both modes', () => {
  expect(call(['skaffold', 'diagnose', '--yaml-only'])).toContain('kubeContext: spark-dev');
  for (const mode of ['client', 'cluster']) {
    const rendered = call(['skaffold', 'render', '--profile', mode]);
    expect(rendered).toContain('name: sparkpi-submit');
    expect(rendered).toContain('image: spark-dev/spark:current');
    expect(rendered).toContain(`- ${mode}\n`);
  }
});

it('gives Pi in both modes with the commands of the guide, again and again', async () => {
  const ofPi = async (): Promise<boolean> =>
    (await kubectl(tools, ['logs', '-l', 'spark-dev/run=sparkpi,spark-role=driver', '--tail=-1'])).includes(
      'Pi is roughly 3.14',
    );
  const lines = readPromptLines('docs/guide/skaffold.md').map((line) => line.split(' '));
  const documented = lines.filter(([tool, verb = '']) => tool === 'skaffold' && ['run', 'delete'].includes(verb));
  expect(documented.map(([, verb]) => verb)).toEqual(['run', 'run', 'delete']);
  for (const words of documented) {
    call(words);
    if (words[1] === 'run') await eventually('the driver prints Pi', ofPi);
  }
  await kubectl(tools, ['delete', 'pod', '-l', 'spark-dev/run=sparkpi', '--ignore-not-found']);
  await eventually('nothing is left of it', async () => (await leftovers(tools)).every((name) => !isOurs(name)));
});
