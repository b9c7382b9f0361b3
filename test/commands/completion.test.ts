import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandEntries } from '../../src/cli/commands.js';
import { familiesOf } from '../../src/cli/named-words.js';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';
import { call } from '../worlds/call.js';
import { createNamespaceWorld } from '../worlds/namespace-world.js';

/** The line as typed; the word to complete is what follows the last blank. */
async function complete(line: string, host: FakeHost = createFakeHost()): Promise<readonly string[]> {
  const answer = await call(['completion', '--complete', '--', ...line.split(' ')], { host });
  expect([answer.exitCode, answer.stderr]).toEqual([0, '']);
  return answer.stdout.split('\n').filter((word) => word !== '');
}

it('knows each command, and each flag of each with its choices', async () => {
  const first = await complete('');
  expect(first).toEqual([...new Set(commandEntries.map(({ name }) => name.split(' ')[0] ?? ''))].toSorted());
  for (const family of familiesOf(commandEntries)) expect(await complete(`${family} `)).not.toEqual([]);
  for (const { name, load } of commandEntries) {
    const flags = await complete(`${name} -`);
    for (const option of (await load()).options ?? []) {
      const flag = /--[a-z-]+/.exec(option.flags)?.[0] ?? '';
      expect(flags.includes(flag)).toBe(option.description !== '');
      if (option.choices !== undefined)
        expect(await complete(`${name} ${flag} `)).toEqual([...option.choices].toSorted());
    }
  }
});

it.each([
  ['clu', ['cluster']],
  ['cluster re', ['resize']],
  ['-v cluster re', ['resize']],
  ['--context spark-dev cluster re', ['resize']],
  ['help cluster re', ['resize']],
  ['help exit', ['exit-codes']],
  ['help JOB', ['JOB_FAILED']],
  ['run sparkp', ['sparkpi']],
  ['run --target loc', ['local']],
  ['run --target=loc', ['--target=local']],
  ['-o j', ['json']],
  ['run --conf a=b --con', ['--conf', '--context']],
  ['run --target local --targ', []],
  ['run --spark-version 3', ['3.5.9']],
  ['--vers', ['--version']],
  ['status --vers', []],
  ['namespace grant ', ['edit', 'view']],
  ['namespace grant view ', []],
  ['images build spark-', ['spark-3.5.9']],
  ['shell py', ['pyspark']],
  ['services up ', ['headlamp', 'submit']],
  ['services open ', ['headlamp', 'k9s']],
  ['completion ', ['bash', 'zsh']],
  ['frob ', []],
  // the application's own
  ['run sparkpi -- --ver', []],
  // files, which the shell completes by itself
  ['images save ', []],
  ['run --files ', []],
])('%j: %j', async (line, words) => {
  expect(await complete(line)).toEqual(words);
});

describe('live values', () => {
  it('has the applications of the project, and goes on without them when the file is wrong', async () => {
    const host = createFakeHost();
    const file = join(host.directories.working, 'spark-dev.yaml');
    mkdirSync(host.directories.working, { recursive: true });
    writeFileSync(file, 'version: 1\napps: { my-etl: { path: etl.py } }\n');
    expect(await complete('run my', host)).toEqual(['my-etl']);
    writeFileSync(file, 'version: 1\napps: [\n');
    expect(await complete('run sparkp', host)).toEqual(['sparkpi']);
  });

  it('has the contexts of the kubeconfig', async () => {
    const host = createFakeHost();
    mkdirSync(join(host.directories.userHome, '.kube'), { recursive: true });
    const context = 'arn:aws:eks:eu-1:123:cluster/one';
    writeFileSync(
      join(host.directories.userHome, '.kube', 'config'),
      `contexts: [{name: "${context}", context: {cluster: a, user: b}}]\n`,
    );
    expect(await complete('cluster use arn', host)).toEqual([context]);
    expect(await complete('run --context ', host)).toEqual([context]);
  });

  it("has spark-dev's namespaces of the cluster, and none where there is no cluster", async () => {
    const { machine } = await createNamespaceWorld();
    expect(await complete('namespace use ', machine.host)).toEqual(['spark', 'team-a']);
    expect(await complete('run --namespace te', machine.host)).toEqual(['team-a']);
    expect(await complete('namespace use ')).toEqual([]);
  });
});

it.each([[[]], [['fish']], [['toString']]])('has no script for %j', async (shell) => {
  const { exitCode, stderr } = await call(['completion', ...shell]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('spark-dev completion bash');
});
