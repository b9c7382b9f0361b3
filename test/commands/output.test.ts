import { describe, expect, it } from 'vitest';
import { commandEntries } from '../../src/cli/commands.js';
import { SparkDevError } from '../../src/errors/spark-dev-error.js';
import { command } from '../../src/command.js';
import { call as callWith, type Call } from '../worlds/call.js';
import { readEnvelope, readError, readEvents, type ReadEvent } from '../worlds/envelope.js';
import { listCommands } from '../worlds/probe.js';

/** Says one of each, and runs a child. */
const talk = command({
  name: 'talk',
  options: [{ flags: '--fail', description: 'fail' }],
  examples: [],
  async run(host, { options, signal }) {
    host.ui.say('to do');
    const step = host.ui.step('Pull it');
    step.progress('MiB', 1, 3);
    step.progress('MiB', 2, 3);
    step.progress('MiB', 3, 3);
    await host.runner.run(['tool', '--token', 'abc', 'a b'], { signal, env: { HOME_OF: '/x', PATH: '/own:/usr/bin' } });
    if (options.fail === true) {
      step.fail('no');
      throw new SparkDevError('BUILD_FAILED', 'It broke');
    }
    step.done('all of it');
    step.done();
    host.ui.log('3.14');
    host.ui.detail('a detail');
    return { data: { pi: 3.14 }, text: ['done'], warnings: ['odd'] };
  },
});

const call = (...words: readonly string[]): Promise<Call> =>
  callWith(words, { commands: listCommands(talk), world: { programs: [{ argv: ['tool'] }] } });

const withoutTimes = (events: readonly ReadEvent[]): readonly object[] =>
  events.map(({ ts: _, ...event }) => ('tookMs' in event ? { ...event, tookMs: 0 } : event));

describe('-o ndjson', () => {
  it('tells all that happens, and then the envelope', async () => {
    const { exitCode, stdout } = await call('talk', '-o', 'ndjson');
    expect(exitCode).toBe(0);
    const pull = { id: 1, step: 'Pull it' };
    expect(withoutTimes(readEvents(stdout))).toEqual([
      { type: 'log', source: 'talk', line: 'to do' },
      { type: 'step', ...pull, state: 'started' },
      { type: 'progress', ...pull, note: 'MiB', count: 1, total: 3 },
      { type: 'progress', ...pull, note: 'MiB', count: 3, total: 3 },
      { type: 'step', ...pull, state: 'done', note: 'all of it', tookMs: 0 },
      { type: 'log', source: 'application', line: '3.14' },
      { type: 'warn', line: 'odd' },
      {
        type: 'result',
        schema: 'spark-dev/v1',
        command: 'talk',
        ok: true,
        data: { pi: 3.14 },
        warnings: ['odd'],
        tookMs: 0,
      },
    ]);
  });

  it('ends with the very content of -o json', async () => {
    for (const words of [['talk'], ['talk', '--fail']]) {
      const last = withoutTimes(readEvents((await call(...words, '-ondjson')).stdout)).at(-1);
      const whole = { ...readEnvelope((await call(...words, '--json')).stdout), tookMs: 0 };
      expect(last).toEqual({ type: words.length === 1 ? 'result' : 'error', ...whole });
    }
  });

  it('says less with -q and more with -v, and keeps the talk on stderr', async () => {
    const types = async (...flags: readonly string[]): Promise<readonly string[]> =>
      readEvents((await call('talk', '--output=ndjson', ...flags)).stdout).map(({ type }) => type);
    expect(await types('-q')).toEqual(['warn', 'result']);
    expect((await types('-v')).filter((type) => type === 'log').length).toBe(4);
    expect((await call('talk', '-ondjson')).host.ui.lines).toEqual((await call('talk')).host.ui.lines);
  });

  it.each([[['nonsense', '-o', 'ndjson']], [['--nope', '--output', 'ndjson', 'talk']], [['-ondjson', 'talk', 'x']]])(
    '%j, which is not understood, is one event too',
    async (words) => {
      const { exitCode, stdout } = await call(...words);
      expect(exitCode).toBe(2);
      expect(readEvents(stdout)).toMatchObject([{ type: 'error', ok: false, error: { code: 'USAGE' } }]);
    },
  );

  it('can be the rule, by a variable', async () => {
    const { stdout } = await callWith(['talk', '--nope'], {
      commands: listCommands(talk),
      env: { SPARK_DEV_OUTPUT: 'ndjson' },
    });
    expect(readEvents(stdout).length).toBe(1);
  });

  it.each(commandEntries.map(({ name }) => name))('%s has it, with the content of --json', async (name) => {
    const words = [...name.split(' '), '--dry-run', '--no-input'];
    const [events, json] = [await callWith([...words, '-ondjson']), await callWith([...words, '--json'])];
    const [last, whole] = [readEvents(events.stdout).at(-1), readEnvelope(json.stdout)];
    expect(last).toMatchObject({ command: whole.command, ok: whole.ok });
    expect(events.exitCode).toBe(json.exitCode);
    expect(Object.keys(last ?? {}).sort()).toEqual(['ts', 'type', ...Object.keys(whole)].sort());
  });
});

describe('--explain', () => {
  const command = `+ HOME_OF=/x PATH=/own:"$PATH" tool --token '***' 'a b'`;

  it('shows each command as it would be typed, with its variables and without its secrets', async () => {
    const { host, stdout } = await call('talk', '--explain');
    expect(host.ui.lines).toContain(command);
    expect(stdout).toBe('done\n');
    expect(host.runner.calls[0]?.argv).toEqual(['tool', '--token', 'abc', 'a b']);
    expect((await call('talk')).host.ui.lines).not.toContain(command);
  });

  it('is an event as well, even with -q', async () => {
    const { stdout } = await call('talk', '--explain', '-q', '-ondjson');
    expect(withoutTimes(readEvents(stdout))).toContainEqual({ type: 'log', source: 'command', line: command });
  });

  it('shows every child that the command starts', async () => {
    const { host } = await callWith(['doctor', '--explain', '--only', 'engine'], {
      world: { programs: [{ argv: ['docker', 'info'], stdout: '{}' }] },
    });
    const shown = host.ui.lines.filter((line) => line.startsWith('+ '));
    expect(shown.length).toBe(host.runner.calls.length);
    expect(shown.length).toBeGreaterThan(0);
  });
});

it.each([
  ['one key too many', { more: 1 }],
  ['an error beside data', { error: { code: 'USAGE', exitCode: 2, what: 'x', fix: [] } }],
  ['another schema', { schema: 'spark-dev/v2' }],
  ['a text for a figure', { tookMs: '1' }],
])('the published schema refuses %s', (_name, change) => {
  const good = { schema: 'spark-dev/v1', command: 'x', ok: true, data: null, warnings: [], tookMs: 1 };
  const event = { ts: '2026-01-01T00:00:00.000Z', type: 'result', ...good };
  expect(readEnvelope(JSON.stringify(good)).ok).toBe(true);
  expect(() => readEnvelope(JSON.stringify({ ...good, ...change }))).toThrow();
  expect(readEvents(`${JSON.stringify(event)}\n`).length).toBe(1);
  expect(() => readEvents(`${JSON.stringify({ ...event, ...change })}\n`)).toThrow();
});

it('an error of one event names a code that is known', async () => {
  expect(readError((await call('talk', '--fail', '--json')).stdout).code).toBe('BUILD_FAILED');
});
