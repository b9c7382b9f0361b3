import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runInTerminal } from './terminal.js';

const program = [process.execPath, resolve('dist/main.js')];
const env = { NO_COLOR: '1' };

it('opens a menu on a terminal, asks what it needs, prints the call and runs it', async () => {
  const { exitCode, shown } = await runInTerminal(
    program,
    [
      { words: 'What do you want to do?', keys: '\u001b[B\r' },
      { words: 'Markdown for an issue', keys: '\u001b[B\u001b[B\r' },
    ],
    { ...env, DOCKER_HOST: 'unix:///nonexistent.sock' },
  );
  expect(shown).toContain('$ spark-dev doctor --share');
  expect(shown).toContain('### spark-dev doctor');
  expect([0, 4]).toContain(exitCode);
}, 60_000);

it('leaves with Ctrl-C', async () => {
  const { exitCode, shown } = await runInTerminal(program, { words: 'What do you want to do?', keys: '\u0003' }, env);
  expect(exitCode).toBe(3);
  expect(shown).toContain('[CANCELLED]');
}, 60_000);

it.each([{ CI: 'true' }, { SPARK_DEV_NO_INPUT: '1' }, { TERM: 'dumb' }])(
  'shows the help with %j',
  async (around) => {
    const { exitCode, shown } = await runInTerminal(
      program,
      { words: 'nobody says this', act: 'SIGTERM' },
      {
        ...env,
        ...around,
      },
    );
    expect(exitCode).toBe(0);
    expect(shown.replaceAll('\r', '')).toMatch(/^Examples:\n/);
  },
  60_000,
);
