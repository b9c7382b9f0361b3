import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, statSync, writeFileSync, chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createChildRunner } from '../../src/adapters/child-runner.js';
import { SparkDevError, exitCodes } from '../../src/errors/spark-dev-error.js';
import { everyExitCode, type Runner } from '../../src/ports/runner.js';
import { createFakeRunner, type Scripted } from '../fakes/fake-runner.js';

const node = process.execPath;
const script = (source: string): readonly string[] => [node, '-e', source];
const print = script('console.log("one\\ntwo"); console.error("three"); process.exitCode = 3');
const hang = script('setInterval(() => {}, 1000)');
const killed = script('process.kill(process.pid, "SIGKILL")');
const env = script('console.log(process.env.ADDED, process.env.REMOVED)');
const copy = script('process.stdin.pipe(process.stdout)');
const connectFailure = script('console.error("Cannot connect to the Docker daemon at unix:///x"); process.exit(1)');

/** What the real programs above do, told to the fake. */
const scripted: readonly Scripted[] = [
  { argv: print, stdout: 'one\ntwo', stderr: 'three', exitCode: 3 },
  { argv: hang, hangs: true },
  { argv: killed, signal: 'SIGKILL' },
  { argv: copy, answers: (_argv, { stdinFile = '' }) => ({ stdout: readFileSync(stdinFile, 'utf8') }) },
  { argv: env, stdout: 'yes undefined' },
  { argv: connectFailure, stderr: 'Cannot connect to the Docker daemon at unix:///x', exitCode: 1 },
];

const runners: readonly (readonly [string, () => Runner])[] = [
  ['fake', () => createFakeRunner(scripted)],
  ['real', () => createChildRunner({ env: { ...process.env, REMOVED: 'still here' } })],
];

async function failureOf(work: Promise<unknown>): Promise<SparkDevError> {
  const thrown: unknown = await work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (thrown instanceof SparkDevError) return thrown;
  throw thrown;
}

function createDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'spark-dev-runner-'));
}

describe.each(runners)('the %s runner', (_name, create) => {
  it('takes an accepted exit code for an answer', async () => {
    const result = await create().run(print, { accept: [3] });
    expect(result).toMatchObject({ exitCode: 3, stdout: 'one\ntwo', stderr: 'three' });
  });

  it('takes any other exit code for a failure with the last lines as its reason', async () => {
    const failure = await failureOf(create().run(print, { accept: [4] }));
    expect(failure).toMatchObject({ code: 'TOOL_FAILED', why: 'three', facts: { exitCode: 3 } });
    expect(failure.fix.join()).toContain('Run it by hand:');
  });

  it('reads from a file and writes into one that only its owner can read', async () => {
    const folder = createDirectory();
    const [stdinFile, stdoutFile] = [join(folder, 'in'), join(folder, 'out')];
    writeFileSync(stdinFile, 'a'.repeat(3_000_000));
    writeFileSync(stdoutFile, 'old and open to all', { mode: 0o666 });
    const result = await create().run(copy, { stdinFile, stdoutFile });
    expect(result.stdout).toBe('');
    expect(readFileSync(stdoutFile, 'utf8')).toBe(readFileSync(stdinFile, 'utf8'));
    expect(statSync(stdoutFile).mode & 0o777).toBe(0o600);
  });

  it('knows a known issue', async () => {
    expect(await failureOf(create().run(connectFailure))).toMatchObject({ code: 'ENGINE_SILENT' });
  });

  it('says which program is missing', async () => {
    const failure = await failureOf(create().run(['no-such-program', 'x']));
    expect(failure).toMatchObject({ code: 'TOOL_MISSING', facts: { program: 'no-such-program' } });
    expect(failure.exitCode).toBe(exitCodes.TOOL_MISSING);
    expect(await failureOf(create().attach(['no-such-program']))).toMatchObject({ code: 'TOOL_MISSING' });
    const log = join(createDirectory(), 'log');
    expect(await failureOf(create().detach(['no-such-program'], { logFile: log }))).toMatchObject({
      code: 'TOOL_MISSING',
    });
  });

  it('names the signal that ended a program, which no exit code accepts', async () => {
    const failure = await failureOf(create().run(killed, { accept: everyExitCode }));
    expect(failure).toMatchObject({ code: 'TOOL_FAILED', facts: { exitCode: null, signal: 'SIGKILL' } });
  });

  it('gives up after the time-out', async () => {
    const failure = await failureOf(create().run(hang, { timeoutMs: 200 }));
    expect(failure).toMatchObject({ code: 'TIMED_OUT', exitCode: 8 });
    expect(failure.what).toContain('0.2 s');
  });

  it('ends with an abort, before and after the start', async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 200);
    expect(await failureOf(create().run(hang, { signal: controller.signal }))).toMatchObject({ code: 'INTERRUPTED' });
    expect(await failureOf(create().run(print, { signal: controller.signal }))).toMatchObject({ code: 'INTERRUPTED' });
  });

  it('adds to and removes from the environment', async () => {
    const result = await create().run(env, { env: { ADDED: 'yes', REMOVED: undefined } });
    expect(result.stdout).toBe('yes undefined');
  });

  it('hands out lines with their stream', async () => {
    const lines: string[] = [];
    await create().run(print, { accept: [3], onLine: (line, stream) => lines.push(`${stream} ${line}`) });
    expect(lines.sort()).toEqual(['stderr three', 'stdout one', 'stdout two']);
  });

  it('keeps a log that is complete when it returns, and names it in a failure', async () => {
    const logFile = join(createDirectory(), 'deep', 'run.log');
    const failure = await failureOf(create().run(print, { logFile }));
    expect(failure.log).toBe(logFile);
    const log = readFileSync(logFile, 'utf8');
    expect(log).toMatch(/^\$ .* -e /);
    for (const line of ['one', 'two', 'three']) expect(log).toContain(`${line}\n`);
  });

  it('hands out stdout byte for byte', async () => {
    const chunks: Uint8Array[] = [];
    await create().run(print, { accept: [3], onOutput: (chunk) => chunks.push(chunk), drained: () => undefined });
    expect(Buffer.concat(chunks).toString()).toBe('one\ntwo\n');
  });

  it('lets a program run whose log cannot be written, and tells it once', async () => {
    const file = join(createDirectory(), 'file');
    writeFileSync(file, '');
    const told: string[] = [];
    const logFile = join(file, 'run.log');
    const result = await create().run(print, { accept: [3], logFile, onLogLost: (why) => told.push(why) });
    expect(result.exitCode).toBe(3);
    expect(told).toEqual([expect.stringMatching(/^The log \S+run\.log is incomplete: E/)]);
  });

  it('finds programs', async () => {
    expect(await create().which(node)).toBeDefined();
    expect(await create().which('no-such-program')).toBeUndefined();
  });
});

describe('the real runner alone', () => {
  const runner = createChildRunner({ env: process.env });

  it('interrupts the whole group once and waits for it', async () => {
    const directory = createDirectory();
    const file = join(directory, 'seen');
    const source = (name: string, ms: number): string =>
      `process.on("SIGINT",()=>{fs.appendFileSync(${JSON.stringify(file)},"${name}\\n");setTimeout(()=>process.exit(0),${String(ms)})});setInterval(()=>{},1000);`;
    const child = source('child', 400);
    const parent = `${source('parent', 0)}child_process.spawn(process.execPath,["-e",${JSON.stringify(child)}],{stdio:"ignore"});setTimeout(()=>console.log("up"),500)`;
    const controller = new AbortController();
    const startedAt = performance.now();
    const failure = await failureOf(
      runner.run(script(parent), {
        signal: controller.signal,
        onLine: () => {
          controller.abort();
        },
      }),
    );
    expect(failure.code).toBe('INTERRUPTED');
    expect(readFileSync(file, 'utf8').trim().split('\n').sort()).toEqual(['child', 'parent']);
    expect(performance.now() - startedAt).toBeGreaterThan(850);
  });

  it('kills what ignores the interrupt after ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const controller = new AbortController();
    const heard = new EventEmitter();
    const [up, interrupted] = [once(heard, 'up'), once(heard, 'interrupted')];
    const stubborn = script(
      'process.on("SIGINT",()=>console.log("interrupted"));setInterval(()=>{},1000);console.log("up")',
    );
    const ended = failureOf(runner.run(stubborn, { signal: controller.signal, onLine: (line) => heard.emit(line) }));
    await up;
    controller.abort();
    await interrupted;
    const isOver = vi.fn();
    void ended.then(isOver);
    await vi.advanceTimersByTimeAsync(9_990);
    await sleep(100); // the end of a process is seen in real time
    expect(isOver).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10);
    expect(await ended).toMatchObject({ code: 'INTERRUPTED' });
  });

  it('does not wait for a descendant that keeps the pipe', async () => {
    const source = 'child_process.spawn("sleep",["30"],{detached:true,stdio:"inherit"}).unref();console.log("left")';
    const result = await runner.run(script(source));
    expect(result.stdout).toBe('left');
    expect(result.tookMs).toBeLessThan(10_000);
  });

  it('holds a line of ten megabytes in bounded memory', async () => {
    const lengths: number[] = [];
    const source = 'const x="x".repeat(10*1024*1024);process.stdout.write(x+"\\nend\\n")';
    const result = await runner.run(script(source), { onLine: (line) => lengths.push(line.length) });
    expect(lengths).toEqual([256 * 1024, 3]);
    expect(result.stdout.length).toBeLessThanOrEqual(1024 * 1024);
    expect(result.stdout.endsWith('xend') || result.stdout.endsWith('x\nend')).toBe(true);
  });

  it('feeds input, also to a child that does not read it', async () => {
    const echo = script('process.stdin.pipe(process.stdout)');
    expect((await runner.run(echo, { input: 'ünï\n' })).stdout).toBe('ünï');
    expect((await runner.run(script('process.exit(0)'), { input: 'x'.repeat(5_000_000) })).exitCode).toBe(0);
  });

  it('takes a missing working directory for what it is', async () => {
    const failure = await failureOf(runner.run(['ls'], { cwd: '/no/such/place' }));
    expect(failure.code).toBe('TOOL_FAILED');
    expect(failure.why).toContain('ENOENT');
  });

  it('holds the stdin of a child open for as long as it lives, where asked to', async () => {
    const untilEnd = script(
      'process.stdin.resume().on("end", () => process.exit(3)); setTimeout(() => process.exit(4), 1000)',
    );
    expect((await runner.run(untilEnd, { accept: [3, 4] })).exitCode).toBe(3);
    expect((await runner.run(untilEnd, { accept: [3, 4], holdsStdin: true })).exitCode).toBe(4);
  });

  it('passes a stream on while it lives, and survives a child that ends before', async () => {
    const requests = new PassThrough();
    const answers: string[] = [];
    const echo = script(
      'process.stdin.on("data", (line) => { process.stdout.write(line); if (`${line}` === "two\\n") process.exit(3); })',
    );
    requests.write('one\n');
    const { exitCode } = await runner.run(echo, {
      inputStream: requests,
      accept: [3],
      onLine: (line) => {
        requests.write(answers.push(line) < 9 ? 'two\n' : '');
      },
    });
    expect([exitCode, answers]).toEqual([3, ['one', 'two']]);
    expect((await runner.run(script('process.stdin.resume()'), { inputStream: Readable.from(['x']) })).exitCode).toBe(
      0,
    );
  });

  it('ends an attached program with one SIGTERM, before it began or while it runs', async () => {
    const tidy = script('process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000)');
    const stop = new AbortController();
    const ended = runner.attach(tidy, { signal: stop.signal });
    setTimeout(() => {
      stop.abort();
    }, 1000);
    expect(await ended).toBe(7);
    expect(await runner.attach(hang, { signal: AbortSignal.abort() })).not.toBe(0);
  });

  it('answers with the exit code of an attached program', async () => {
    expect(await runner.attach(script('process.exit(42)'))).toBe(42);
  });

  it('finds only executable files, the first on the given path', async () => {
    const [first, second] = [createDirectory(), createDirectory()];
    mkdirSync(join(first, 'tool'));
    writeFileSync(join(second, 'tool'), '#!/bin/sh\n');
    expect(await runner.which('tool', `${first}:${second}`)).toBeUndefined();
    chmodSync(join(second, 'tool'), 0o755);
    expect(await runner.which('tool', `${first}:${second}`)).toBe(join(second, 'tool'));
  });

  it('detaches a program whose output goes to the log', async () => {
    const logFile = join(createDirectory(), 'daemon.log');
    const pid = await runner.detach(script('console.log("alive")'), { logFile });
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => readFileSync(logFile, 'utf8'), { timeout: 10_000 }).toContain('alive');
  });
});
