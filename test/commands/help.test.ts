import { describe, expect, it } from 'vitest';
import { commandEntries } from '../../src/cli/commands.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import { exitCodes } from '../../src/errors/spark-dev-error.js';

describe('the main help', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('%j: examples first, commands in groups', async (words) => {
    const { exitCode, stdout } = await call(words);
    expect(exitCode).toBe(0);
    expect(stdout.startsWith('Examples:\n  spark-dev run sparkpi')).toBe(true);
    const headings = stdout.split('\n').filter((line) => /^[A-Z][a-z ]+:( |$)/.test(line));
    expect(headings.map((line) => line.replace(/:.*/, ''))).toEqual([
      ...['Examples', 'Usage', 'Run', 'Applications', 'Cluster', 'Namespaces', 'Images', 'Services', 'Machine'],
      'Global flags',
    ]);
    for (const { name } of commandEntries) expect(stdout).toMatch(new RegExp(`^  ${name.split(' ')[0] ?? ''}\\b`, 'm'));
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('is silent about its own version of the same', async () => {
    expect((await call(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

it.each([
  [['frob', '--help'], 'frob'],
  [['-v', 'frob', '-h'], 'frob'],
  [['cluster', 'frob', '--help'], 'frob'],
  [['frob', '--context', 'run', '--help'], 'frob'],
])('%j is a mistake, not a call for the main help', async (words, unknown) => {
  const { exitCode, stdout, stderr } = await call(words);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`'${unknown}'`);
});

describe.each(commandEntries.map(({ name }) => name))('%s', (name) => {
  it('has help with examples, the same both ways', async () => {
    const { exitCode, stdout } = await call([...name.split(' '), '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Examples:\\n  spark-dev ${name}`));
    expect(stdout.match(/^ +(-h, )?--(json|help)\b/gm)).toHaveLength(2);
    if (name !== 'help') expect((await call(['help', ...name.split(' ')])).stdout).toBe(stdout);
  });

  it('is called what it is listed as', async () => {
    const entry = commandEntries.find((one) => one.name === name);
    expect((await entry?.load())?.name).toBe(name);
  });
});

describe('topics', () => {
  it('exit-codes has every code of every error', async () => {
    const { stdout } = await call(['help', 'exit-codes']);
    for (const [code, exitCode] of Object.entries(exitCodes)) {
      expect(stdout).toMatch(new RegExp(`^ +${String(exitCode)}  .+\\n +.*\\b${code}\\b`, 'm'));
    }
  });

  it('environment names the folders in use', async () => {
    const { stdout, host } = await call(['help', 'environment']);
    for (const part of ['SPARK_DEV_HOME', 'SPARK_DEV_UI_PORT', host.directories.cache]) expect(stdout).toContain(part);
  });

  it.each(Object.entries(exitCodes))('%s (exit %i) has its long form', async (code, exitCode) => {
    const { stdout } = await call(['help', code]);
    expect(stdout).toMatch(
      new RegExp(`^${code} \\(exit ${String(exitCode)}: [^)]+\\)\\n\\n.+\\n\\nUsual causes:\\n  - .+`),
    );
    expect(stdout).toContain('\nWhat to do:\n  - ');
    expect(readResult((await call(['help', code.toLowerCase().replaceAll('_', '-'), '--json'])).stdout)).toMatchObject({
      code,
      exitCode,
    });
  });

  it.each([
    ['JOB_FAILD', 'spark-dev help JOB_FAILED'],
    ['exit-code', 'spark-dev help exit-codes'],
    ['spark-dev.yml', 'spark-dev help spark-dev.yaml'],
  ])('%s is not one, but nearly', async (topic, nearest) => {
    const { exitCode, stdout } = await call(['help', topic, '--json']);
    expect(exitCode).toBe(2);
    expect(readError(stdout).fix).toContain(`Did you mean: ${nearest}`);
  });

  it.each(['🚀', '__proto__', 'toString', '$(id)', 'x'.repeat(200)])('%j is not one at all', async (topic) => {
    const { exitCode, stdout } = await call(['help', topic, '--json']);
    expect(exitCode).toBe(2);
    expect(readError(stdout).fix).toEqual(['spark-dev --help']);
  });
});
