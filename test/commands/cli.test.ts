import { describe, expect, it } from 'vitest';
import { SparkDevError } from '../../src/errors/spark-dev-error.js';
import type { CommandSpec } from '../../src/command.js';
import { call as callWith } from '../worlds/call.js';
import { readEnvelope, readError, readResult } from '../worlds/envelope.js';
import { listCommands, probe } from '../worlds/probe.js';

const failures: Readonly<Record<string, () => Promise<never>>> = {
  known: () =>
    Promise.reject(
      new SparkDevError('PORT_TAKEN', 'Port taken', { why: 'by\u001b[31m x', fix: ['a', 'b'], log: '/l' }),
    ),
  bug: () => Promise.reject(new TypeError('x is undefined')),
  denied: () => access('EACCES'),
  readOnly: () => access('EROFS'),
  notOurs: () => Promise.reject(Object.assign(new Error('kill EPERM'), { code: 'EPERM' })),
  full: () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' })),
  thing: () => Promise.reject('not an error'), // eslint-disable-line @typescript-eslint/prefer-promise-reject-errors
};

function access(code: string): Promise<never> {
  const path = '/home/ada/.cache/spark-dev';
  return Promise.reject(Object.assign(new Error(`${code}: mkdir '${path}'`), { code, path }));
}

const fail: CommandSpec = {
  name: 'fail',
  arguments: [{ name: '<how>', description: 'how' }],
  examples: [],
  run: (_host, { args }) =>
    failures[args[0] ?? '']?.() ?? Promise.resolve({ data: { no: true }, text: [], exitCode: 4 }),
};

const commands = listCommands(probe, fail);

const call = (words: readonly string[], around: Parameters<typeof callWith>[1] = {}): ReturnType<typeof callWith> =>
  callWith(words, { commands, ...around });

describe('output', () => {
  it('prints the answer on stdout and the talk elsewhere', async () => {
    const { exitCode, stdout, stderr, host } = await call(['probe', 'pi']);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'first\nthe answer\n', stderr: '' });
    expect(host.ui.lines).toEqual(['! take care', '! and more']);
  });

  it.each([
    [['probe', 'pi', '--json']],
    [['--json', 'probe', 'pi']],
    [['probe', '-o', 'json', 'pi']],
    [['-o', 'json', 'probe', 'pi']],
    [['probe', 'pi', '-ojson']],
    [['probe', '--output=json', 'pi']],
  ])('%j answers with an envelope', async (words) => {
    const { exitCode, stdout } = await call(words);
    expect(exitCode).toBe(0);
    expect(readEnvelope(stdout)).toMatchObject({ command: 'probe', ok: true, warnings: ['take care', 'and more'] });
    expect(readResult(stdout)['args']).toEqual(['pi']);
  });

  it.each([
    [['nonsense', '--json'], 'spark-dev'],
    [['-o', 'json', 'probe', '--nonsense'], 'probe'],
    [['fail', 'known', '-ojson'], 'fail'],
  ])('%j answers with an error envelope, and a line for the person', async (words, command) => {
    const { exitCode, stdout, stderr } = await call(words);
    const read = readError(stdout);
    expect(read.exitCode).toBe(exitCode);
    expect(readEnvelope(stdout).command).toBe(command);
    expect(stderr).toContain(read.code);
  });

  it('keeps an answer that says no an answer', async () => {
    const { exitCode, stdout } = await call(['fail', 'not', '--json']);
    expect(exitCode).toBe(4);
    expect(readEnvelope(stdout)).toMatchObject({ ok: false, data: { no: true } });
  });

  it('leaves what stands after -- alone', async () => {
    const { stdout } = await call(['probe', 'pi', '--json', '--', '--json', '-o', 'yaml', '--', '-x']);
    expect(readResult(stdout)['passthrough']).toEqual(['--json', '-o', 'yaml', '--', '-x']);
    const text = await call(['probe', 'pi', '--', '--json']);
    expect(text.stdout).toBe('first\nthe answer\n');
  });
});

describe('errors', () => {
  it('are what, why, fix and details, without escape sequences', async () => {
    const { exitCode, stdout, stderr } = await call(['fail', 'known']);
    expect(exitCode).toBe(9);
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toEqual([
      'error Port taken [PORT_TAKEN]',
      '  why: by x',
      '  fix: a',
      '    or b',
      '  details: /l',
      '',
    ]);
  });

  it.each([
    ['bug', 70, 'INTERNAL', 'x is undefined'],
    ['full', 6, 'DISK_FULL', 'write'],
    ['denied', 1, 'DISK_WRITE_FAILED', "EACCES: mkdir '/home/ada/.cache/spark-dev'"],
    ['readOnly', 1, 'DISK_WRITE_FAILED', "EROFS: mkdir '/home/ada/.cache/spark-dev'"],
    ['notOurs', 70, 'INTERNAL', 'kill EPERM'],
    ['thing', 70, 'INTERNAL', 'not an error'],
  ])('%s → %i %s', async (how, exitCode, code, why) => {
    const answer = await call(['fail', how, '--json']);
    expect(answer.exitCode).toBe(exitCode);
    expect(readError(answer.stdout)).toMatchObject({ code, why: expect.stringContaining(why) as string });
  });

  it('name the folder that does not let us, and what to do', async () => {
    const { stderr } = await call(['fail', 'denied']);
    expect(stderr).toContain('error /home/ada/.cache/spark-dev cannot be used');
    expect(stderr).toContain('fix: Check its owner and mode: ls -ld /home/ada/.cache/spark-dev');
  });

  it('of a call that a signal ended tell its exit code, in the envelope too', async () => {
    const around = { signal: AbortSignal.abort(), signalExitCode: () => 143 };
    const { exitCode, stdout } = await call(['fail', 'bug', '--json'], around);
    expect([exitCode, readError(stdout).exitCode]).toEqual([143, 143]);
  });

  it('of an aborted call are the interruption, whatever was thrown', async () => {
    const { exitCode, stdout } = await call(['fail', 'bug', '--json'], { signal: AbortSignal.abort() });
    expect(exitCode).toBe(130);
    expect(readError(stdout).code).toBe('INTERRUPTED');
  });

  it('show a stack with -vv alone', async () => {
    expect((await call(['fail', 'bug'])).stderr).not.toContain('    at ');
    expect((await call(['fail', 'bug', '-vv'])).stderr).toContain('TypeError: x is undefined\n    at ');
    const env = { SPARK_DEV_VERBOSE: '2' };
    expect((await call(['fail', 'bug'], { env })).stderr).toContain('TypeError: x is undefined\n    at ');
  });
});

describe('the command line', () => {
  it.each([
    [['prboe', 'x'], "Unknown command 'prboe'", 'Did you mean: spark-dev probe'],
    [['probe', 'x', '--tarrget', 'local'], "Unknown option '--tarrget'", 'Did you mean: spark-dev probe --target'],
    [['probe', 'x', '--jsn'], "Unknown option '--jsn'", 'Did you mean: spark-dev probe --json'],
    [['probe', 'x', '--target', 'mars'], 'Allowed choices are auto, local', 'spark-dev probe --help'],
    [['probe'], "Missing required argument 'app'", 'spark-dev probe --help'],
    [['probe', 'x', 'y'], 'Too many arguments', 'spark-dev probe --help'],
    [['-o', 'yaml', 'probe', 'x'], 'Allowed choices are text, json', 'spark-dev probe --help'],
    [['zzzzzzzz'], "Unknown command 'zzzzzzzz'", 'spark-dev --help'],
    [['zzzzzzzz', '--help'], "Unknown command 'zzzzzzzz'", 'spark-dev --help'],
    [['-h', 'zzzzzzzz'], "Unknown command 'zzzzzzzz'", 'spark-dev --help'],
  ])('%j is refused', async (words, what, fix) => {
    const { exitCode, stderr, request } = await call(words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(what);
    expect(stderr).toContain(`fix: ${fix}`);
    expect(request).toBeUndefined();
  });

  it.each([
    ['x'.repeat(200)],
    ['🚀'.repeat(60)],
    ['new\nline'],
    ['; rm -rf /'],
    ['$(id)'],
    ['`id`'],
    ['\u001b[2Jclear'],
    ['../../etc/passwd'],
    ['__proto__'],
    ['constructor'],
  ])('takes %j for a word, never for anything else', async (word) => {
    const refused = await call([word, '--json']);
    expect(refused.exitCode).toBe(2);
    expect(readError(refused.stdout).what.length).toBeLessThan(200);
    expect(refused.stderr).not.toContain('\u001b');
    expect(refused.stderr.split('\n').length).toBeLessThan(6);
    const taken = await call(['probe', word, '--json', '--', word]);
    expect(readResult(taken.stdout)).toMatchObject({ args: [word], passthrough: [word] });
    expect(taken.host.runner.calls).toEqual([]);
  });

  it('takes a leading dash for a flag, which there is not', async () => {
    const { exitCode, stderr } = await call(['probe', '-rf']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Unknown option '-rf'");
  });

  it.each([
    [['probe', 'x'], 1],
    [['probe', 'x', '-q'], 0],
    [['-v', 'probe', 'x'], 2],
    [['probe', 'x', '-vv'], 3],
    [['-v', 'probe', 'x', '-v'], 3],
  ])('%j is as loud as %i', async (words, verbosity) => {
    expect((await call(words)).request?.verbosity).toBe(verbosity);
  });

  it.each([
    ['1', 2],
    ['true', 2],
    ['2', 3],
    ['0', 1],
    ['no', 1],
  ])('SPARK_DEV_VERBOSE=%s is as loud as %i', async (value, verbosity) => {
    expect((await call(['probe', 'x'], { env: { SPARK_DEV_VERBOSE: value } })).request?.verbosity).toBe(verbosity);
  });

  it.each([[['--json']], [['-v']], [['-o', 'json', '-y']]])('%j without a command shows the help', async (words) => {
    const { exitCode, stdout, stderr } = await call(words);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toBe((await call(['--help'])).stdout);
  });

  it.each([[['probe', 'x', '--no-input']], [['--no-input', 'probe', 'x']]])('%j never asks', async (words) => {
    expect((await call(words)).request?.input).toBe(false);
    expect((await call(['probe', 'x'])).request?.input).toBe(true);
  });

  it('hands the flags of every command on', async () => {
    const { stdout, request } = await call(['--context', 'spark-dev', 'probe', 'x', '--dry-run', '-y', '--json']);
    expect(readResult(stdout)['global']).toEqual({ output: 'json', yes: true, dryRun: true, context: 'spark-dev' });
    expect(request?.yes).toBe(true);
  });
});
