import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { buildModules } from './built-modules.js';
import { runProgram } from './program.js';

/** As soon as the program listens for the last one of its signals, it gets one. */
const early = `
const on = process.on;
process.on = function (name, listener) {
  on.call(process, name, listener);
  if (name === 'SIGHUP') process.kill(process.pid, 'SIGTERM');
  return process;
};`;

it('ends with 0 when its result was whole though a signal came', async () => {
  const hook = join(mkdtempSync(join(tmpdir(), 'spark-dev-signal-')), 'early.mjs');
  writeFileSync(hook, early);
  const env = { NODE_OPTIONS: `--import ${pathToFileURL(hook).href}` };
  const { exitCode, stdout, stderr } = await runProgram(['version', '--json'], env);
  expect(stderr).toContain('Stopping');
  expect([exitCode, (JSON.parse(stdout) as { ok: boolean }).ok]).toEqual([0, true]);
});

const load = await buildModules('cli/signals');

/** Cleans up for two seconds after the first signal. */
const cleaning = `
  const { listenForSignals } = ${load('cli/signals')};
  const signals = listenForSignals();
  const alive = setInterval(() => {}, 1000);
  signals.signal.addEventListener('abort', () => setTimeout(() => {
    console.log('cleaned up');
    process.exit(signals.exitCode());
  }, 2000));
  console.log('up');`;

async function signalTwice(first: NodeJS.Signals, second: NodeJS.Signals, pauseMs: number): Promise<unknown> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', cleaning], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  await expect.poll(() => stdout, { timeout: 20_000 }).toContain('up');
  child.kill(first);
  await sleep(pauseMs);
  child.kill(second);
  return [await ended, stdout.includes('cleaned up')];
}

it.each([
  ['two SIGTERM, as GNU timeout sends them, are one', 'SIGTERM', 'SIGTERM', 5, 143, true],
  ['two SIGINT, as some shells send them, are one', 'SIGINT', 'SIGINT', 5, 130, true],
  ['a second SIGTERM later forces', 'SIGTERM', 'SIGTERM', 1000, 143, false],
  ['a second SIGINT later forces', 'SIGINT', 'SIGINT', 1000, 130, false],
  ['another signal forces at once', 'SIGINT', 'SIGTERM', 5, 130, false],
] as const)('%s', async (_title, first, second, pauseMs, exitCode, isClean) => {
  expect(await signalTwice(first, second, pauseMs)).toEqual([exitCode, isClean]);
});
