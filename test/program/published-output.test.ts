import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readEnvelope, readEvents } from '../worlds/envelope.js';
import { runProgram } from './program.js';

const home = mkdtempSync(join(tmpdir(), 'spark-dev-output-'));
const env = { SPARK_DEV_HOME: home, DOCKER_HOST: `unix://${join(home, 'no-docker.sock')}` };

it.each([
  'version',
  'help exit-codes',
  'help nonsense',
  'nonsense',
  'doctor --list',
  'doctor --only node,disk,python,engine',
  'doctor --share --only node,engine',
  'status',
  'cluster status',
  'init --dry-run',
  'down',
  'run nonsense',
])('%s prints what is published, as an envelope and as the last event', async (line) => {
  const words = line.split(' ');
  const json = await runProgram([...words, '--json'], env);
  const events = await runProgram([...words, '-o', 'ndjson', '--explain', '-v'], env);
  const { command, ok } = readEnvelope(json.stdout);
  expect(readEvents(events.stdout).at(-1)).toMatchObject({ command, ok });
  expect(events.exitCode).toBe(json.exitCode);
});

it('--explain shows the children that a command really starts', async () => {
  const { stdout, stderr } = await runProgram(['doctor', '--only', 'engine', '--explain', '-o', 'ndjson'], env);
  const shown = readEvents(stdout).flatMap((event) =>
    event.type === 'log' && event.source === 'command' ? [event.line] : [],
  );
  for (const line of shown) expect(stderr).toContain(line);
  expect(stderr.split('\n').filter((line) => line.startsWith('+ '))).toEqual(shown);
});
