import { chmodSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createChildRunner } from '../../src/adapters/child-runner.js';
import type { RunOptions } from '../../src/ports/runner.js';

const runner = createChildRunner({ env: process.env });
const script = (source: string): readonly string[] => [process.execPath, '-e', source];
const createDirectory = (): string => mkdtempSync(join(tmpdir(), 'spark-dev-runner-'));

async function linesOf(source: string, options: RunOptions = {}): Promise<readonly string[]> {
  const lines: string[] = [];
  await runner.run(script(source), { ...options, onLine: (line, stream) => lines.push(`${stream} ${line}`) });
  return lines;
}

describe('what a program writes', () => {
  it('is handed out and logged byte for byte, also where it is no UTF-8', async () => {
    const logFile = join(createDirectory(), 'log');
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x0d, 0x0a, 0xc3, 0x28, 0x0a]);
    const chunks: Uint8Array[] = [];
    const source = `process.stdout.write(Buffer.from("${bytes.toString('hex')}", "hex"))`;
    const { stdout } = await runner.run(script(source), { logFile, onOutput: (chunk) => chunks.push(chunk) });
    expect(Buffer.concat(chunks)).toEqual(bytes);
    expect(readFileSync(logFile).subarray(-bytes.length)).toEqual(bytes);
    expect(stdout).toBe('\ufffd\ufffd\0\r\n\ufffd(');
  });

  it('has its letters whole, however the pipe cuts them', async () => {
    const source = 'for (const [i, b] of [..."é🚀"].flatMap((c) => [...Buffer.from(c)]).entries())';
    expect(await linesOf(`${source} setTimeout(() => process.stdout.write(Buffer.from([b])), 50 * i)`)).toEqual([
      'stdout é🚀',
    ]);
  });

  it.each([
    ['10%\r20%\rdone\r\nend', ['stdout 10%', 'stdout 20%', 'stdout done', 'stdout end']],
    ['one\n\ntwo\n', ['stdout one', 'stdout ', 'stdout two']],
    ['no end', ['stdout no end']],
    ['', []],
  ])('%j is these lines: %j', async (text, lines) => {
    expect(await linesOf(`process.stdout.write(${JSON.stringify(text)})`)).toEqual(lines);
  });

  it.each([
    ['a\n\n', 'a\n'],
    ['a\r\n', 'a'],
    [' a ', ' a '],
  ])('%j is the result %j: one line end less', async (text, result) => {
    const { stdout } = await runner.run(script(`process.stdout.write(${JSON.stringify(text)})`));
    expect(stdout).toBe(result);
  });

  it('is kept to its last MiB, and handed out and logged whole', async () => {
    const logFile = join(createDirectory(), 'log');
    let lines = 0;
    const source = 'for (const to of [process.stdout, process.stderr]) to.write("0123456789abcde\\n".repeat(200_000))';
    const { stdout, stderr } = await runner.run(script(source), { logFile, onLine: () => lines++ });
    expect([stdout.length, stderr.length]).toEqual([1024 * 1024 - 1, 1024 * 1024 - 1]);
    expect([stdout, stderr].every((text) => text.endsWith('\n0123456789abcde'))).toBe(true);
    expect(lines).toBe(400_000);
    expect(readFileSync(logFile).length).toBeGreaterThanOrEqual(2 * 3_200_000);
  });

  it('is read when it writes into a file beside it', async () => {
    const stdoutFile = join(createDirectory(), 'out');
    expect(await linesOf('console.log("file"); console.error("line")', { stdoutFile })).toEqual(['stderr line']);
    expect(readFileSync(stdoutFile, 'utf8')).toBe('file\n');
  });

  it('is not lost when the program has ended and its reader is slow', async () => {
    let bytes = 0;
    const slow = { onOutput: (chunk: Uint8Array) => (bytes += chunk.length), drained: () => sleep(60) };
    // when the program ends, a MiB waits in us and the rest in the pipe: more than half a second of reading
    await runner.run(script('process.stdout.write("x".repeat(3_000_000))'), slow);
    expect(bytes).toBe(3_000_000);
  });

  it('ends on an abort while the readers of both streams wait', async () => {
    const stop = new AbortController();
    const source = 'setInterval(() => { console.log("x".repeat(65536)); console.error("x".repeat(65536)) }, 1)';
    const drained = (): Promise<void> => new Promise(() => undefined);
    setTimeout(() => {
      stop.abort();
    }, 500);
    await expect(runner.run(script(source), { drained, signal: stop.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });

  it('fails the call where its reader throws', async () => {
    const endless = script('setInterval(() => console.log("line"), 10)');
    const broken = (): never => {
      throw new RangeError('our own bug');
    };
    await expect(runner.run(endless, { onLine: broken })).rejects.toThrow('our own bug');
  });
});

describe('what a program is given', () => {
  it('is its arguments, as they are', async () => {
    const words = ['', ' two  words ', '"\'`$HOME$(id)\\', '*', 'a\nb', '--flag=ü', '%PATH%', '^&|<>'];
    const print = [...script('process.stdout.write(JSON.stringify(process.argv.slice(1)))'), '--', ...words];
    expect(JSON.parse((await runner.run(print)).stdout)).toEqual(words);
  });

  it('is the environment of its runner and no more', async () => {
    process.env['LEAK_OF_THE_TEST'] = 'seen';
    const bare = createChildRunner({ env: { PATH: process.env['PATH'], KEPT: 'yes' } });
    const { stdout } = await bare.run(['env'], { env: { ADDED: 'x=y' } });
    delete process.env['LEAK_OF_THE_TEST'];
    expect(stdout.split('\n').sort()).toEqual([`PATH=${String(process.env['PATH'])}`, 'ADDED=x=y', 'KEPT=yes'].sort());
  });

  it('is an empty stdin where nothing is given', async () => {
    expect((await runner.run(['cat'])).stdout).toBe('');
    expect((await runner.run(['cat'], { input: '' })).stdout).toBe('');
  });

  it('is a directory to be in, though ours has been removed', async () => {
    const before = process.cwd();
    const gone = createDirectory();
    process.chdir(gone);
    expect(process.cwd()).toBe(gone);
    rmdirSync(gone);
    try {
      expect((await runner.run(['echo', 'up'])).stdout).toBe('up');
      expect((await runner.run(['pwd'], { cwd: before })).stdout).toBe(before);
    } finally {
      process.chdir(before);
    }
  });
});

describe('a program that cannot be started', () => {
  it.each([
    ['is not executable', '#!/bin/sh\n', 0o644],
    ['has no interpreter', '#!/no/such/interpreter\n', 0o755],
  ])('%s: it is missing', async (_name, text, mode) => {
    const file = join(createDirectory(), 'tool');
    writeFileSync(file, text);
    chmodSync(file, mode);
    await expect(runner.run([file])).rejects.toMatchObject({ code: 'TOOL_MISSING', facts: { program: file } });
  });

  it('has more arguments than the system takes', async () => {
    await expect(runner.run(['true', 'x'.repeat(8_000_000)])).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      why: expect.stringContaining('E2BIG') as string,
    });
  });
});

it('ends the whole group at the time-out', async () => {
  const source =
    'const { pid } = child_process.spawn("sleep", ["60"], { stdio: "inherit" }); console.log(pid); setInterval(() => {}, 1000)';
  let pid = 0;
  const options = { timeoutMs: 1500, onLine: (line: string): unknown => (pid = Number(line)) };
  await expect(runner.run(script(source), options)).rejects.toMatchObject({ code: 'TIMED_OUT' });
  expect(pid).toBeGreaterThan(1);
  await expect.poll(() => isThere(pid)).toBe(false);
});

it('starts many at once', async () => {
  const all = Array.from({ length: 50 }, (_, index) => runner.run(['echo', String(index)]));
  expect((await Promise.all(all)).map(({ stdout }) => Number(stdout))).toEqual([...all.keys()]);
});

function isThere(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
