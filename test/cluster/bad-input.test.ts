import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sparkVersions } from '../../src/toolchain/spark/versions.js';
import { leftovers, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';
import { runProgram } from '../program/program.js';

const folder = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
let tools: ClusterTools;
let before: readonly string[];
beforeAll(async () => {
  tools = await requirePrepared();
  before = await traces();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function docker(...words: readonly string[]): Promise<readonly string[]> {
  const { host, cluster } = tools;
  const env = { ...cluster.childEnv, ...(await cluster.dockerEnv(host)) };
  const { stdout } = await host.runner.run(['docker', ...words], { env, timeoutMs: 30_000 });
  return stdout.split('\n').filter((line) => line !== '');
}

/** What a build, a submission or a look into an image could leave behind. */
async function traces(): Promise<readonly string[]> {
  const images = await docker('image', 'ls', '--quiet', '--no-trunc');
  const looks = await docker('ps', '--all', '--format={{.ID}} {{.Command}}', '--no-trunc');
  return [...images, ...looks.filter((line) => /^\w+ "ls /.test(line)), ...(await leftovers(tools))].sort();
}

/** What the user reads for an application of these lines. */
async function refusal(entry: readonly string[], ...words: readonly string[]): Promise<Record<string, unknown>> {
  writeFileSync(join(folder, 'etl.py'), 'print(1)\n');
  const lines = ['version: 1', 'apps:', '  etl:', ...entry.map((line) => `    ${line}`), ''];
  writeFileSync(join(folder, 'spark-dev.yaml'), lines.join('\n'));
  const call = ['run', 'etl', '--target', 'cluster', '--json', ...words];
  const { exitCode, stdout } = await runProgram(call, {}, folder);
  expect(exitCode).toBe(2);
  const { error } = JSON.parse(stdout) as { error: Record<string, unknown> };
  return { what: String(error['what']).replace(`${folder}/`, ''), why: error['why'] };
}

it('an image in which there is no Spark', async () => {
  const names = await docker('image', 'ls', '--format={{.Repository}}:{{.Tag}}', '--filter=dangling=false');
  const image = names.find((name) => !name.includes('spark')) ?? '';
  const { what, why } = await refusal(['path: etl.py', `image: ${image}`]);
  expect(what).toBe('Invalid value for spark-dev.yaml:5:12 apps.etl.image');
  expect([
    `there is no Spark in the image ${image} (no /opt/spark/jars/spark-core_*.jar)`,
    `the image ${image} has no working ls, so no shell for /opt/entrypoint.sh either: exec: "ls": executable file not found in $PATH`,
  ]).toContain(String(why).replace(/: unknown.*/, ''));
});

it('an image that the cluster does not have', async () => {
  const { why } = await refusal(['path: etl.py', 'image: shop/orders:0']);
  expect(why).toMatch(/^the image shop\/orders:0 is not in the cluster: spark-dev images load shop\/orders:0, or /);
});

it('a jar that is not in the image', async () => {
  const image = tools.cluster.sparkImage;
  const entry = ['path: local:///opt/app/orders.jar', 'main: org.acme.Orders', 'jars: [local:///opt/spark/jars]'];
  expect(await refusal(entry)).toEqual({
    what: 'Invalid value for spark-dev.yaml:4:11 apps.etl.path',
    why: `there is no /opt/app/orders.jar in the image ${image}`,
  });
});

it('a Spark that the image does not have', async () => {
  const image = tools.cluster.sparkImage;
  const other = sparkVersions.find(({ version }) => version !== tools.cluster.sparkVersion)?.version ?? '';
  expect(await refusal(['path: etl.py', `image: ${image}`], '--spark-version', other)).toEqual({
    what: `Invalid value for --spark-version ${other}`,
    why: `the image ${image} has Spark ${tools.cluster.sparkVersion}, not ${other}`,
  });
});

it('a service account without rights, and one that is not there', async () => {
  const { what, why } = await refusal(['path: etl.py'], '--service-account', 'default');
  expect(what).toBe('Invalid value for --service-account default');
  expect(why).toMatch(/^service account default may not create pods, get pods, .* in namespace /);
  expect((await refusal(['path: etl.py', 'serviceAccount: nobody']))['why']).toMatch(
    /^there is no service account nobody in namespace /,
  );
});

it('nothing was built or submitted for any of them, and no look left a container', async () => {
  expect(await traces()).toEqual(before);
});
