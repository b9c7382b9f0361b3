import { afterAll, beforeAll, expect, it } from 'vitest';
import { driverRights, rightKey } from '../../src/namespaces/driver-rights.js';
import { eventually, kubectl, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';
import { dataOf, runProgram } from '../program/program.js';

const name = `e2e-${Date.now().toString(36)}`;
let tools: ClusterTools;
beforeAll(async () => {
  const prepared = await requirePrepared();
  tools = { ...prepared, cluster: { ...prepared.cluster, namespace: name } };
});
afterAll(async () => {
  await kubectl(tools, ['delete', 'namespace', name, '--ignore-not-found', '--timeout=90s']);
});

/** The exit code and what was said of each right. */
async function check(): Promise<{
  readonly exitCode: number | null;
  readonly gaps: readonly string[];
  readonly trouble: unknown;
}> {
  const { exitCode, stdout } = await runProgram(['namespace', 'check', name, '--json']);
  const { data } = JSON.parse(stdout) as {
    data: { rights: { verb: string; resource: string; api: boolean; inside?: boolean }[]; insideTrouble?: string };
  };
  const missing = data.rights.filter(({ api, inside }) => !api || inside !== true);
  return { exitCode, gaps: missing.map(({ verb, resource }) => `${verb} ${resource}`), trouble: data.insideTrouble };
}

/** What Kubernetes lets every account ask about itself. */
const everybodys = [
  'create selfsubjectaccessreviews.authorization.k8s.io',
  'create selfsubjectreviews.authentication.k8s.io',
  'create selfsubjectrulesreviews.authorization.k8s.io',
];

/** Of `kubectl auth can-i --list` as the driver's account, all but the addresses that only tell of the API itself. */
async function listRights(): Promise<readonly string[]> {
  const account = `--as=system:serviceaccount:${name}:${tools.cluster.serviceAccount}`;
  const rows = (await kubectl(tools, ['auth', 'can-i', '--list', '--no-headers', account])).trim().split('\n');
  return rows
    .flatMap((row) => {
      const [, resource, urls, names, verbs = ''] = /^(\S*)\s+\[(.*?)\]\s+\[(.*?)\]\s+\[(.*)\]$/.exec(row) ?? [];
      if (resource === '' && verbs === 'get') return [];
      // a row of another form is shown as it stands, and so is red
      if (resource === undefined || urls !== '' || names !== '') return [row];
      return verbs.split(' ').map((verb) => `${verb} ${resource}`);
    })
    .toSorted();
}

it('a second namespace is made, runs SparkPi, loses its rights, gets others, and goes with all that is in it', async () => {
  expect(dataOf(await runProgram(['namespace', 'create', name, '--json']))).toMatchObject({ action: 'created' });
  expect(await check()).toEqual({ exitCode: 0, gaps: [], trouble: undefined });
  expect(await listRights()).toEqual([...driverRights.map(rightKey), ...everybodys].toSorted());

  const run = dataOf(await runProgram(['run', 'sparkpi', '--target', 'cluster', '--namespace', name, '--json']));
  expect(run['pi']).toBeCloseTo(Math.PI, 1);
  await eventually(
    'nothing is left of the run',
    async () => (await kubectl(tools, ['get', 'job,pod', '-o', 'name'])) === '',
  );

  await kubectl(tools, ['delete', 'rolebinding', 'spark']);
  const bare = await check();
  expect(bare).toMatchObject({ exitCode: 4, trouble: undefined });
  expect(bare.gaps).toContain('create pods');
  expect(bare.gaps).toHaveLength(14);
  await runProgram(['namespace', 'grant', 'edit', '--namespace', name]);
  expect(await check()).toMatchObject({ exitCode: 0, gaps: [] });

  expect(dataOf(await runProgram(['namespace', 'delete', name, '--yes', '--json']))).toMatchObject({
    action: 'deleted',
  });
  expect(await kubectl(tools, ['get', 'namespace', name, '--ignore-not-found', '-o', 'name'])).toBe('');
});
