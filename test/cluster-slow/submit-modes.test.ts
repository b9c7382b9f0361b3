import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runInTerminal } from '../program/terminal.js';
import { kubectl, type ClusterTools } from '../cluster/cluster-tools.js';
import { requirePrepared } from '../cluster/prepared-cluster.js';
import { dataOf, programPath, runProgram } from '../program/program.js';

const name = `parity-${Date.now().toString(36)}`;
const env = { SPARK_DEV_NAMESPACE: name };
const checksum = 'Checksum of 100000 is 1601324643';
let tools: ClusterTools;
beforeAll(async () => {
  const prepared = await requirePrepared();
  tools = { ...prepared, cluster: { ...prepared.cluster, namespace: name } };
  await runProgram(['namespace', 'create', name]);
  await runProgram(['submit', 'up'], env);
});
afterAll(async () => {
  await kubectl(tools, ['delete', 'namespace', name, '--ignore-not-found', '--timeout=90s']);
});

const modes = [
  ['a submit Job', ['run', 'checksum', '--target', 'cluster']],
  ['the submit service', ['submit', 'exec', 'checksum']],
  ['client mode', ['run', 'checksum', '--deploy-mode', 'client']],
  ['this machine', ['run', 'checksum', '--target', 'local']],
] as const;
const cases = modes.flatMap(([mode, words]) =>
  (['scala', 'python'] as const).map((lang) => [mode, lang, words] as const),
);

it.each(cases)('%s, %s: the same sum', async (_mode, lang, words) => {
  const end = await runProgram([...words, '--lang', lang], env);
  expect(end.stdout + end.stderr).toContain(checksum);
  expect(end.exitCode).toBe(0);
});

/** The application's own lines over the shell's context. */
function linesFor(file: string, changes: Readonly<Record<string, string>>): string {
  let text = readFileSync(join(tools.host.directories.package, 'examples', 'checksum', file), 'utf8');
  for (const [from, to] of Object.entries(changes)) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  return text;
}

it.each([
  [
    'spark',
    'Checksum.scala',
    {
      'val spark = new SparkContext(new SparkConf().setAppName("checksum"))': 'val spark = SparkContext.getOrCreate()',
    },
    '\nChecksum.main(Array())\n',
  ],
  [
    'pyspark',
    'checksum.py',
    {
      'SparkContext(appName="checksum")': 'SparkContext.getOrCreate()',
      'sys.argv[1]': '"0"',
      'len(sys.argv) > 1': 'False',
    },
    '',
  ],
] as const)('a shell, %s: the same sum', (shell, file, changes, call) => {
  const pasted = shell === 'spark' ? [':paste\n', '\u0004'] : ['', ''];
  const input = `${pasted[0] ?? ''}${linesFor(file, changes)}${call}${pasted[1] ?? ''}`;
  const end = spawnSync(process.execPath, [programPath, 'shell', shell], {
    env: { ...process.env, ...env },
    input,
    encoding: 'utf8',
  });
  expect(end.stdout).toContain(checksum);
});

it('a terminal: Ctrl-C cancels a job and a line, Ctrl-D ends, and nothing is left', async () => {
  const end = await runInTerminal(
    [process.execPath, programPath, 'shell', 'pyspark'],
    [
      { words: '>>> ', keys: 'import time\r' },
      { words: '>>> ', keys: 'sc.parallelize(range(4), 4).map(lambda n: time.sleep(600)).count()\r' },
      { words: '(0 + 1)', keys: '\u0003' },
      { words: 'KeyboardInterrupt', keys: 'half' },
      { words: 'half', keys: '\u0003' },
      { words: 'KeyboardInterrupt', keys: 'print(6 * 7)\r' },
      { words: '42', keys: '\u0004' },
    ],
    env,
  );
  expect(end.exitCode).toBe(0);
  expect(await kubectl(tools, ['get', 'pod', '-l', 'spark-dev/run', '-o', 'name'])).toBe('');
});

it('two drivers at once in one pod have ports of their own', async () => {
  const words = ['run', 'checksum', '--deploy-mode', 'client', '--json'];
  const [one, two] = (await Promise.all([runProgram(words, env), runProgram(words, env)])).map(dataOf);
  expect(one?.['driver']).toBe(two?.['driver']);
  expect(one?.['appId']).not.toBe(two?.['appId']);
});
