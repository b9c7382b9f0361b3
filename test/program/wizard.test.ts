import { existsSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runInTerminal } from './terminal.js';

const program = [process.execPath, resolve('dist/main.js')];

/** Nothing was ever made below this home, and there is no docker, also where this machine has one. */
function createFreshEnv(): Record<string, string> {
  const programs = mkdtempSync(join(tmpdir(), 'spark-dev-wizard-'));
  const known = new Set(['docker']);
  for (const folder of (process.env['PATH'] ?? '').split(':'))
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (!known.has(name)) symlinkSync(join(folder, name), join(programs, name));
      known.add(name);
    }
  const home = mkdtempSync(join(tmpdir(), 'spark-dev-wizard-'));
  return { SPARK_DEV_HOME: home, PATH: programs, NO_COLOR: '1' };
}

it('asks on a terminal, shows what would be done, and changes nothing after a no', async () => {
  const env = createFreshEnv();
  const { exitCode, shown } = await runInTerminal(
    [...program, 'init'],
    [
      { words: 'Package registries', keys: '\u001b[B\u001b[B\r' },
      { words: 'Another size', keys: '\r' },
      { words: 'Which namespace', keys: '\r' },
      { words: 'Run SparkPi', keys: '\u001b[B\r' },
      { words: 'Continue?', keys: 'n\r' },
    ],
    env,
  );
  expect(shown).toContain('There is no cluster yet.');
  expect(shown).toMatch(
    /Without questions: spark-dev init --yes --no-verify --cpus \d+ --memory \d+[gm] --source registries/,
  );
  expect(shown).toMatch(/This leaves about [\d.]+ GB on the disk/);
  expect(shown).toContain('[CANCELLED]');
  expect(exitCode).toBe(3);
  expect(
    readdirSync(env['SPARK_DEV_HOME'] ?? '', { recursive: true }).filter((path) => /tools|images/.test(String(path))),
  ).toEqual([]);
}, 60_000);

it('ends with Ctrl-C at a question, without a trace of a bug', async () => {
  const { exitCode, shown } = await runInTerminal(
    [...program, 'init'],
    { words: 'Package registries', keys: '\u0003' },
    createFreshEnv(),
  );
  expect(exitCode).toBe(3);
  expect(shown).toContain('[CANCELLED]');
  expect(shown).not.toMatch(/ExitPromptError|\n {4}at /);
}, 60_000);
