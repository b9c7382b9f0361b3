import { beforeAll, expect, it } from 'vitest';
import { dataOf, runProgram } from '../program/program.js';
import { eventually, kubectl, leftovers, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';

let tools: ClusterTools;
beforeAll(async () => {
  tools = await requirePrepared();
});

const detached = async (slices: string): Promise<{ readonly runId: string; readonly pid: number }> =>
  dataOf(
    await runProgram(['run', 'sparkpi', '--lang', 'python', '--target', 'cluster', '--detach', '--json', '--', slices]),
  ) as unknown as { readonly runId: string; readonly pid: number };

const phaseOf = (runId: string): Promise<string> =>
  kubectl(tools, ['get', 'pod', `${runId}-driver`, '--ignore-not-found', '-o', 'jsonpath={.status.phase}']);

it('a run outlives its caller, and its folder keeps what its pods said', async () => {
  const { runId } = await detached('20');
  const attached = await runProgram(['runs', 'attach', runId]);
  expect(attached.exitCode, attached.stderr).toBe(0);
  expect(attached.stdout).toMatch(/^Pi is roughly 3\.14/m);
  const all = await runProgram(['logs', runId, '--all', '--grep', 'Pi is roughly|Started daemon']);
  expect(all.stdout).toMatch(/^exec-1 .*\n(.*\n)*driver +Pi is roughly/);
  const shown = dataOf(await runProgram(['runs', 'show', runId, '--json']));
  const roles = (shown['pods'] as readonly { role: string; images: readonly { imageID: string }[] }[]).map(
    ({ role, images }) => [role, images[0]?.imageID.includes('sha256:')],
  );
  expect(roles.sort()).toEqual([
    ['driver', true],
    ['executor', true],
    ['submit', true],
  ]);
  const files = (shown['files'] as readonly { path: string }[]).map(({ path }) => path);
  expect(files).toEqual(expect.arrayContaining(['events.json', 'pods.json', 'spec.json', 'logs/exec-1.log']));
  expect(JSON.stringify(shown['commands'])).toContain('skaffold run');
});

it('a run whose spark-dev was killed is ended by the next one', async () => {
  const { runId, pid } = await detached('100000');
  await eventually('its driver runs', async () => (await phaseOf(runId)) === 'Running');
  process.kill(pid, 'SIGKILL');
  const next = await runProgram(['run', 'sparkpi', '--lang', 'python', '--target', 'cluster']);
  expect(next.exitCode, next.stderr).toBe(0);
  expect(next.stderr).toContain(runId);
  expect(await phaseOf(runId)).toBe('');
  await eventually('nothing is left', async () => (await leftovers(tools)).every((name) => !name.includes(runId)));
});
