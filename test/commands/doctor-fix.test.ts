import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { commandEntries } from '../../src/cli/commands.js';
import type { CommandInput, CommandSpec } from '../../src/command.js';
import { clusterPaths } from '../../src/kube/names.js';
import { call as callWith } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import { createFakeHost, type FakeHost, type FakeWorld } from '../fakes/fake-host.js';

const doctor = commandEntries.filter(({ name }) => name === 'doctor');

/** An init that notes its call, and does as it is told. */
function fixable(
  world: FakeWorld,
  init: Partial<Pick<CommandSpec, 'run'>> = {},
): {
  readonly host: FakeHost;
  readonly calls: CommandInput[];
  readonly call: (...words: string[]) => ReturnType<typeof callWith>;
} {
  const host = createFakeHost({ programs: [{ argv: ['apt-get'] }, { argv: ['mmdebstrap'] }], ...world });
  const calls: CommandInput[] = [];
  const spec: CommandSpec = {
    name: 'init',
    examples: [],
    run: (given, input) => {
      calls.push(input);
      return init.run?.(given, input) ?? Promise.resolve({ data: null, text: ['ready'] });
    },
  };
  const commands = [
    ...doctor,
    { name: 'init', summary: '', group: 'Cluster' as const, load: () => Promise.resolve(spec) },
  ];
  return { host, calls, call: (...words) => callWith(['doctor', ...words], { host, commands }) };
}

const cluster = ['--only', 'engine,minikube'];

it('asks once for each command that fixes something, runs it, and checks again', async () => {
  const { call, calls, host } = fixable({ confirms: true });
  const { stdout, stderr } = await call('--fix', ...cluster, '--explain', '--json');
  expect(host.ui.lines.filter((line) => line.startsWith('?'))).toEqual([
    '? spark-dev init --yes should fix: Docker, minikube. Run it?',
  ]);
  expect(calls.map(({ global }) => [global.yes, global.output])).toEqual([[true, 'text']]);
  // the answer of what it calls is no answer of its own
  expect(stderr).toContain('ready\n');
  expect(readResult(stdout)['fixes']).toEqual([
    { command: 'spark-dev init --yes', checks: ['engine', 'minikube'], state: 'done' },
  ]);
});

it('does nothing after a no', async () => {
  const { call, calls } = fixable({ confirms: false });
  const { stdout } = await call('--fix', ...cluster, '--json');
  expect(calls).toEqual([]);
  expect(readResult(stdout)['fixes']).toMatchObject([{ state: 'declined' }]);
});

it('takes all with --yes, and tells of one that fails', async () => {
  const { call, calls } = fixable({}, { run: () => Promise.reject(new Error('no luck')) });
  const { stdout, stderr } = await call('--fix', '--yes', ...cluster, '--json');
  expect(calls.length).toBe(1);
  expect(stderr).toContain('no luck');
  expect(readResult(stdout)['fixes']).toMatchObject([{ state: 'failed' }]);
});

it('needs somebody to ask, or --yes', async () => {
  const { call, calls } = fixable({});
  const { exitCode, stdout } = await call('--fix', ...cluster, '--json');
  expect([exitCode, readError(stdout).code, readError(stdout).fix]).toEqual([
    ...[9, 'NON_INTERACTIVE', ['Run it again with --yes']],
  ]);
  expect(calls).toEqual([]);
});

it('shows what it would run with --dry-run', async () => {
  const { call, calls } = fixable({});
  expect((await call('--fix', '--dry-run', ...cluster)).stdout).toBe('spark-dev init --yes   # Docker, minikube\n');
  expect(calls).toEqual([]);
});

it('asks nothing where nothing is wrong', async () => {
  const { call, calls, host } = fixable({});
  const { exitCode, stdout } = await call('--fix', '--only', 'node', '--json');
  expect([exitCode, readResult(stdout)['fixes'], calls]).toEqual([0, [], []]);
  expect(host.ui.lines).toEqual(['Nothing can be fixed automatically']);
});

it('shares what it found, and neither who nor where', async () => {
  const env = {
    USER: 'ada',
    HOSTNAME: 'engine.example.com',
    HTTPS_PROXY: 'http://ada:hunter22@proxy:3128',
    GITHUB_TOKEN: 'ghp_opensesame12',
  };
  const programs = [
    { argv: ['apt-get'] },
    {
      argv: ['docker'],
      exitCode: 1,
      stderr: 'lovelace: no /home/x/ada|b at http://ada:hunter22@proxy:3128, ghp_opensesame12, engine.example.com',
    },
  ];
  const { host, call } = fixable({ env, programs });
  const profile = join(clusterPaths(host.directories).minikubeHome, '.minikube', 'profiles', 'spark-dev');
  mkdirSync(dirname(profile), { recursive: true });
  const { stdout } = await call('--share', '--only', 'node,disk,engine,java');
  expect(
    stdout
      .split('\n')
      .slice(0, 8)
      .map((line) => line.replace(/Node [\d.]+/, 'Node N')),
  ).toEqual([
    '### spark-dev doctor',
    '',
    'spark-dev 0.1.0, Node N, linux/amd64, 4 CPUs, 16.0 GB',
    'Set: HTTPS_PROXY',
    '',
    '| | check | detail |',
    '|---|---|---|',
    expect.stringMatching(/^\| ✓ ok \| node \| /),
  ]);
  for (const secret of ['ada', 'lovelace', 'engine.example', 'hunter22', 'opensesame', host.directories.userHome])
    expect(stdout).not.toContain(secret);
  expect(Object.keys(readResult((await call('--share', '--only', 'node', '--json')).stdout))).toEqual(['markdown']);
});
