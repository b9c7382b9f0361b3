import { describe, expect, it } from 'vitest';
import type { CommandSpec } from '../../src/command.js';
import { call as callWith } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import type { CommandEntry } from '../../src/cli/named-words.js';

const resize: CommandSpec = {
  name: 'cluster resize',
  arguments: [{ name: '[profile]', description: 'which one' }],
  options: [{ flags: '--cpus <number>', description: 'CPUs' }],
  examples: ['spark-dev cluster resize --cpus 4'],
  run: (_host, { args, options }) => Promise.resolve({ data: { args, options }, text: ['resized'] }),
};
const status: CommandSpec = {
  name: 'status',
  examples: ['spark-dev status'],
  run: () => Promise.resolve({ data: { well: true }, text: ['well'] }),
};

let loaded: string[] = [];

function entry(spec: CommandSpec, more: Partial<CommandEntry> = {}): CommandEntry {
  const load = (): Promise<CommandSpec> => {
    loaded.push(spec.name);
    return Promise.resolve(spec);
  };
  return { name: spec.name, group: 'Cluster', summary: `Do ${spec.name}`, load, ...more };
}

const commands = [
  entry(status, { alias: 'cluster status' }),
  entry(resize),
  entry({ ...status, name: 'run', arguments: [{ name: '<app>', description: 'an app' }] }),
];

const call = (...words: readonly string[]): ReturnType<typeof callWith> => {
  loaded = [];
  return callWith(words, { commands });
};

describe('a command of two words', () => {
  it.each([
    [['cluster', 'resize', '--cpus', '4', '--json', 'mine']],
    [['--json', 'cluster', 'resize', '--cpus', '4', 'mine']],
    [['cluster', '--json', 'resize', 'mine', '--cpus', '4']],
    [['-o', 'json', 'cluster', '-vo', 'json', 'resize', 'mine', '--cpus=4']],
  ])('%j gets its own flags and words', async (words) => {
    const { exitCode, stdout } = await call(...words);
    expect(exitCode).toBe(0);
    expect(readResult(stdout)).toEqual({ args: ['mine'], options: { cpus: '4' } });
    expect(loaded).toEqual(['cluster resize']);
  });

  it.each([
    [['status'], ['status']],
    [['cluster', 'status'], ['status']],
    [['run', 'status'], ['run']],
    [['--context', 'spark-dev', 'status'], ['status']],
    [['run', 'x', '--', 'cluster', 'resize'], ['run']],
    [['cluster', 'resize', '--help'], ['cluster resize']],
    [['help', 'cluster', 'resize'], ['cluster resize']],
    [['cluster'], []],
    [['cluster', '--help'], []],
    [['--help'], []],
    [['--version'], []],
    [[], []],
  ])('%j loads %j and nothing else', async (words, expected) => {
    await call(...words);
    expect(loaded).toEqual(expected);
  });

  it('has one implementation under two names', async () => {
    expect((await call('cluster', 'status')).stdout).toBe((await call('status')).stdout);
  });
});

describe('help', () => {
  it.each([
    [['cluster']],
    [['cluster', '--help']],
    [['cluster', '-h']],
    [['help', 'cluster']],
    [['cluster', '--json']],
  ])('%j lists the verbs of the family', async (words) => {
    const { exitCode, stdout } = await call(...words);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: spark-dev cluster <command> [flags]');
    expect(stdout).toMatch(/^ {2}status +Do status$/m);
    expect(stdout).toMatch(/^ {2}resize .*Do cluster resize$/m);
    expect(stdout).toContain('--json');
  });

  it.each([[['cluster', 'resize', '--help']], [['help', 'cluster', 'resize']]])('%j explains it', async (words) => {
    const { exitCode, stdout } = await call(...words);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Examples:\n  spark-dev cluster resize --cpus 4\n');
    expect(stdout).toContain('Usage: spark-dev cluster resize [flags] [profile]');
    expect(stdout).toContain('--cpus <number>');
  });

  it('names the family with its verbs among the commands', async () => {
    expect((await call('--help')).stdout).toMatch(/^ {2}cluster +status, resize$/m);
  });
});

it.each([
  [['cluster', 'rezise'], 'cluster resize', 'spark-dev cluster --help'],
  [['clutser', 'resize'], 'cluster resize', 'spark-dev --help'],
  [['clustr', 'statsu'], 'cluster status', 'spark-dev --help'],
  [['clustr'], 'cluster', 'spark-dev --help'],
  [['resize'], 'cluster resize', 'spark-dev --help'],
  [['cluster', 'resize', '--cpsu', '3'], 'cluster resize --cpus', 'spark-dev cluster resize --help'],
  [['cluster', '--jsn'], 'cluster --json', 'spark-dev cluster --help'],
  [['help', 'cluster', 'rezise'], 'cluster resize', 'spark-dev cluster --help'],
])('%j: did you mean %s', async (words, nearest, help) => {
  const { exitCode, stdout } = await call(...words, ...(words[0] === 'help' ? [] : ['--json']));
  expect(exitCode).toBe(2);
  if (words[0] !== 'help') expect(readError(stdout).fix).toEqual([`Did you mean: spark-dev ${nearest}`, help]);
});

it('gives a verb that is like none only the way to the help', async () => {
  const { exitCode, stdout } = await call('cluster', 'zzzzzzzz', '--json');
  expect([exitCode, readError(stdout).fix]).toEqual([2, ['spark-dev cluster --help']]);
});
