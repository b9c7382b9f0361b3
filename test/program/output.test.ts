import { spawn, type StdioOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { call } from '../worlds/call.js';
import { programPath, runProgram } from './program.js';
import { findProcessGroup } from './processes.js';
import { layStandIn, standInRun, type StandIn } from './stand-in-java.js';

interface Started {
  readonly pid: number;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
}

function start({ env, working }: StandIn, stdio: StdioOptions, words: readonly string[] = []): Started {
  const argv = [programPath, ...standInRun, ...words];
  const child = spawn(process.execPath, argv, { env: { ...process.env, ...env }, cwd: working, stdio });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ exitCode: number | null; stderr: string }>((resolve) => {
    child.once('exit', (exitCode) => {
      resolve({ exitCode, stderr });
    });
  });
  return { pid: child.pid ?? 0, stdout: child.stdout, ended };
}

/** Lines of 10 MB, bytes that are no UTF-8, lone carriage returns, escape sequences, and no line end at the end. */
const hostile = `
  const bytes = Buffer.alloc(1 << 20, Uint8Array.from({ length: 256 }, (_, at) => at));
  const parts = ['x'.repeat(10 << 20), '\\r1%\\r2%\\n', bytes, '\\u001b]52;c;AAAA\\u0007', Buffer.from([0xff, 0xc3])];`;

const hostileBytes = Buffer.concat([
  Buffer.alloc(10 << 20, 'x'),
  Buffer.from('\r1%\r2%\n'),
  Buffer.alloc(
    1 << 20,
    Uint8Array.from({ length: 256 }, (_, at) => at),
  ),
  Buffer.from('\u001b]52;c;AAAA\u0007'),
  Buffer.from([0xff, 0xc3]),
]);

const endless = `
  require('fs').writeFileSync(process.env.SPARK_DEV_RUN_FOLDER + '/tmp/shuffle', 'data');
  setInterval(() => { process.stdout.write('tick\\n'); process.stderr.write('log\\n'); }, 20);`;

describe("an application's stdout", () => {
  it('reaches a file byte for byte, and so does its log', async () => {
    const laid = layStandIn(`${hostile} for (const part of parts) process.stdout.write(part);`);
    const file = join(laid.home, 'out');
    const { exitCode } = await start(laid, ['ignore', openSync(file, 'w'), 'pipe']).ended;
    expect(exitCode).toBe(0);
    expect(readFileSync(file).equals(hostileBytes)).toBe(true);
    const log = readFileSync(join(laid.runFolder(), 'driver.log'));
    expect(log.subarray(log.indexOf('\n') + 1).equals(hostileBytes)).toBe(true);
  });

  it('reaches a slow reader whole, also what was still on its way when the application ended', async () => {
    const megabytes = 200;
    const laid = layStandIn(`
      const { writeSync } = require('fs');
      const chunk = Buffer.alloc(1 << 20, 'abcdefg\\n');
      for (let n = 0; n < ${String(megabytes)}; n++) for (let at = 0; at < chunk.length; at += writeSync(1, chunk, at));`);
    const program = start(laid, ['ignore', 'pipe', 'pipe']);
    await sleep(4000);
    const hash = createHash('sha256');
    let isFirst = true;
    for await (const chunk of program.stdout ?? []) {
      if (isFirst) await sleep(2000);
      isFirst = false;
      hash.update(chunk);
    }
    const expected = createHash('sha256');
    for (let n = 0; n < megabytes; n++) expected.update(Buffer.alloc(1 << 20, 'abcdefg\n'));
    expect(hash.digest('hex')).toBe(expected.digest('hex'));
    expect((await program.ended).exitCode).toBe(0);
  });

  it('holds no more than a little of what a reader has not read', async () => {
    const laid = layStandIn(`
      const chunk = Buffer.alloc(1 << 20, 'abcdefg\\n');
      for (let n = 0; n < 300; n++) require('fs').writeSync(1, chunk);`);
    const program = start(laid, ['ignore', 'pipe', 'pipe']);
    const running = (): number => findProcessGroup(join(laid.home, 'application.cjs')).length;
    await expect.poll(running, { timeout: 60_000 }).toBeGreaterThan(0);
    await sleep(4000);
    const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(program.pid)}/status`, 'utf8'))?.[1]);
    expect(peakKb).toBeLessThan(200_000);
    expect(running()).toBeGreaterThan(0);
    process.kill(program.pid, 'SIGINT');
    // nobody has read a byte, and it ends all the same
    expect((await program.ended).exitCode).toBe(130);
    expect(running()).toBe(0);
  });
});

describe('a stream that cannot be written', () => {
  const readOnly = (): number => openSync('/dev/null', 'r');
  const full = (): number => openSync('/dev/full', 'w');
  it.each([
    ['stdout on a full disk', () => [full(), 'pipe'] as const, 6, 'DISK_FULL'],
    ['stdout that is not open for writing', () => [readOnly(), 'pipe'] as const, 1, 'DISK_WRITE_FAILED'],
    ['stderr on a full disk', () => ['pipe', full()] as const, 6, 'DISK_FULL'],
    ['stderr that is not open for writing', () => ['pipe', readOnly()] as const, 1, 'DISK_WRITE_FAILED'],
    ['neither of both', () => [full(), full()] as const, 6, undefined],
  ])('stops the run, cleans up and says so on the other: %s', async (_title, streams, exitCode, code) => {
    const laid = layStandIn(endless);
    const program = start(laid, ['ignore', ...streams()]);
    let stdout = '';
    program.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const end = await program.ended;
    expect(end.exitCode).toBe(exitCode);
    const said = end.stderr + stdout;
    if (code !== undefined) expect(said.match(/^error .*$/gm)).toEqual([expect.stringContaining(`[${code}]`)]);
    expect(said).not.toMatch(/^\s+at |node:internal|Error:/m);
    // its first line can fail before there is a run
    const files = readdirSync(laid.home, { recursive: true, encoding: 'utf8' });
    expect(files.filter((path) => /runs\/[^/]+\/tmp$/.test(path))).toEqual([]);
    expect(findProcessGroup(join(laid.home, 'application.cjs'))).toEqual([]);
  });

  it.each(['version', '--version', '--help'])(
    'fails a command whose only answer cannot be written: %s',
    async (word) => {
      const child = spawn(process.execPath, [programPath, word], { stdio: ['ignore', full(), 'pipe'] });
      let stderr = '';
      child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const exitCode = await new Promise((resolve) => child.once('close', resolve));
      expect([exitCode, stderr]).toEqual([6, expect.stringContaining('[DISK_FULL]')]);
    },
  );

  it('stays a pure envelope on stdout when stderr cannot be written', async () => {
    const laid = layStandIn(endless);
    const program = start(laid, ['ignore', 'pipe', full()], ['--json']);
    let stdout = '';
    program.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    expect((await program.ended).exitCode).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'DISK_FULL', exitCode: 6 } });
  });

  it('does not count when its reader has left', async () => {
    const laid = layStandIn(`
      let n = 0;
      const timer = setInterval(() => { console.log('tick'); if (++n > 20) clearInterval(timer); }, 50);`);
    const program = start(laid, ['ignore', 'pipe', 'pipe']);
    program.stdout?.once('data', () => {
      (program.stdout as unknown as { destroy(): void }).destroy();
    });
    const { exitCode, stderr } = await program.ended;
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('error')]);
    expect(readFileSync(join(laid.runFolder(), 'driver.log'), 'utf8').match(/tick/g)).toHaveLength(21);
  });
});

it.each(['--help', '-h'])('answers %s with the help that the build wrote, whatever variables say', async (word) => {
  const end = await runProgram([word], { SPARK_DEV_OUTPUT: 'neither' });
  expect(end).toEqual({ exitCode: 0, stdout: (await call(['--help'])).stdout, stderr: '' });
});

describe('where a record cannot be written', () => {
  it('the run is a success and says so', async () => {
    const laid = layStandIn(`require('fs').mkdirSync(process.env.SPARK_DEV_RUN_FOLDER + '/run.json');`);
    const end = await runProgram([...standInRun, '--json'], laid.env, laid.working);
    expect(end.exitCode, end.stderr).toBe(0);
    expect(JSON.parse(end.stdout)).toMatchObject({
      ok: true,
      warnings: expect.arrayContaining([
        expect.stringMatching(/^Could not write the run's record: EISDIR/) as string,
      ]) as string[],
    });
  });
});
