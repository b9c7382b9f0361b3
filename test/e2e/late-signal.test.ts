import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
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
