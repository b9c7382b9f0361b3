import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirePrepared } from './prepared-cluster.js';
import { runProgram } from '../program/program.js';

const home = mkdtempSync(join(tmpdir(), 'spark-dev-second-home-'));
const data = join(home, 'data');
let prepared: Awaited<ReturnType<typeof requirePrepared>>;

/** Everything that could speak for it, but for a proof: the profile of the running cluster, its tools, and open journals. */
beforeAll(async () => {
  prepared = await requirePrepared();
  const theirs = prepared.host.directories.data;
  for (const folder of ['profiles', 'machines']) {
    const inner = join('minikube', '.minikube', folder, 'spark-dev');
    cpSync(join(theirs, inner), join(data, inner), { recursive: true });
  }
  symlinkSync(join(theirs, 'tools'), join(data, 'tools'));
  mkdirSync(join(home, 'data', 'journal'), { recursive: true });
  for (const name of ['create-cluster', 'delete-cluster'])
    writeFileSync(join(home, 'data', 'journal', `${name}.json`), '{"since":1}');
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

async function look(): Promise<readonly string[]> {
  const { host } = prepared;
  const inspect = async (kind: string, format: string): Promise<string> =>
    (await host.runner.run(['docker', kind, 'inspect', `--format=${format}`, 'spark-dev'])).stdout;
  return [
    await inspect(
      'container',
      '{{.Id}} {{.State.StartedAt}} {{.State.Status}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}',
    ),
    await inspect('volume', '{{json .}}'),
    await inspect('network', '{{.Id}} {{json .Containers}}'),
    readFileSync(join(host.directories.userHome, '.kube', 'config'), 'utf8'),
  ];
}

const destructive = [
  ['down'],
  ['down', '--delete'],
  ['uninstall'],
  ['init', '--no-verify'],
  ['cluster', 'resize', '--memory', '4g'],
  ['cluster', 'resize', '--recreate', '--memory', '4g'],
  ['images', 'prune'],
  ['clean', '--images'],
];

describe('a second home beside the running cluster', () => {
  // in this order: what would change something is only done where its dry run refuses
  it.each(destructive.map((words) => [words.join(' '), words] as const))('refuses %s', async (_call, words) => {
    const before = await look();
    for (const how of ['--dry-run', '--yes']) {
      const end = await runProgram([...words, how, '--json'], { SPARK_DEV_HOME: home });
      expect(JSON.parse(end.stdout), end.stderr).toMatchObject({ error: { code: 'IN_USE', exitCode: 9 } });
    }
    expect(await look()).toEqual(before);
  });

  it('gives up its own files alone with uninstall --force', async () => {
    const before = await look();
    const shown = await runProgram(['uninstall', '--force', '--dry-run'], { SPARK_DEV_HOME: home });
    expect(shown.stdout).not.toMatch(/^(docker|.*minikube delete)|^- (container|volume|network|image|entries) /m);
    expect(shown.stdout).toContain('Keep: the container spark-dev in Docker');
    expect(await look()).toEqual(before);
  });
});
