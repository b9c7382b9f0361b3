import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findProcessGroup } from './processes.js';
import { runProgram, startProgram, type RunningProgram } from './program.js';

const home = mkdtempSync(join(tmpdir(), 'spark-dev-loop-'));
const env = { XDG_STATE_HOME: join(home, 'state'), XDG_DATA_HOME: join(home, 'data') };
const words = ['dev', 'app.py', '--target', 'local'];
const write = (name: string, text: string): void => {
  writeFileSync(join(home, name), text);
};
const program = (body: string): string => `
from pyspark.sql import SparkSession
from helper import times
spark = SparkSession.builder.getOrCreate()
print('sum', spark.sparkContext.parallelize(range(4), 2).map(times).sum())
${body}
`;
let loop: RunningProgram;
let run = 0;
const ended = async (how: string): Promise<string> => {
  const [line = ''] = await loop.says(new RegExp(`^[✓✗] Run ${String(++run)}: ${how}.*$`, 'm'));
  return line;
};

beforeAll(() => {
  write('helper.py', 'def times(n):\n    return n\n');
  write('app.py', program(''));
  loop = startProgram(words, env, home);
});
afterAll(() => {
  loop.child.kill('SIGKILL');
});

it('runs a program after each save of what it is made of, and says what changed', async () => {
  await ended('succeeded');
  write('helper.py', 'def times(n):\n    return 10 * n\n');
  await ended('succeeded, .* than run 1');
  await loop.says(/changed since run 1:\n {2}- sum 6\n {2}\+ sum 60\n/);

  write('notes.txt', 'nothing that the program is made of');
  write('app.py', program('print("broken"'));
  expect(await ended('')).toContain('app.py is not valid Python');
  await loop.says(/app\.py:6: /);

  write('app.py', program('import later\nprint(later.word)'));
  await ended('The job failed');
  await loop.says(/No module named 'later'/);
  write('later.py', 'word = "late"\n');
  await ended('succeeded');
  await loop.says(/\+ late\n/);
});

it('stops a run for a newer save, and shows the answer of that', async () => {
  write('app.py', program('import time\nprint("asleep", flush=True)\ntime.sleep(300)'));
  await expect.poll(() => loop.stdout(), { timeout: 60_000 }).toContain('asleep');
  const savedAt = Date.now();
  write('app.py', program('print("awake")'));
  await ended('stopped by a newer save');
  expect(Date.now() - savedAt).toBeLessThan(5000);
  await ended('succeeded');
  expect(loop.stdout()).toContain('awake');
});

it('is refused for an application that has one, with its owner', async () => {
  const { exitCode, stdout } = await runProgram([...words, '--json'], env, home);
  expect(exitCode).toBe(9);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'IN_USE', facts: { pid: loop.child.pid } } });
});

it('goes on after a program that kills its own interpreter', async () => {
  write('app.py', program('import os\nos._exit(7)'));
  await ended('The job failed');
  await loop.says(/exit code 7/);
  write('app.py', program('print("alive")'));
  await ended('succeeded');
});

it('leaves nothing, whether it is stopped or killed', async () => {
  loop.child.kill('SIGINT');
  expect((await loop.ended).exitCode).toBe(130);
  await expect.poll(() => findProcessGroup(join(home, 'state')), { timeout: 5000 }).toEqual([]);
  run = 0;
  write('app.py', program(''));
  loop = startProgram(words, env, home);
  await ended('succeeded');
  await expect.poll(() => findProcessGroup(join(home, 'state')).length, { timeout: 20_000 }).toBeGreaterThan(0);
  loop.child.kill('SIGKILL');
  await expect.poll(() => findProcessGroup(join(home, 'state')), { timeout: 5000 }).toEqual([]);
});
