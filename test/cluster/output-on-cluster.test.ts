import { expect, it } from 'vitest';
import { readEnvelope, readEvents } from '../worlds/envelope.js';
import { runProgram } from '../program/program.js';

it('tells a real run as events, and shows each command that it runs', async () => {
  const { exitCode, stdout, stderr } = await runProgram(['run', 'sparkpi', '-o', 'ndjson', '--explain']);
  expect(exitCode, stderr).toBe(0);
  const events = readEvents(stdout);
  const steps = events.flatMap((event) => (event.type === 'step' ? [event] : []));
  const started = steps.filter(({ state }) => state === 'started').map(({ id }) => id);
  expect(started.length).toBeGreaterThan(0);
  for (const id of started) expect(steps.filter((step) => step.id === id && step.state === 'done').length).toBe(1);
  expect(events.some((event) => event.type === 'log' && event.source === 'application')).toBe(true);
  expect(events.at(-1)).toMatchObject({ type: 'result', command: 'run', ok: true, data: { target: 'cluster' } });
  const shown = events.flatMap((event) => (event.type === 'log' && event.source === 'command' ? [event.line] : []));
  expect(shown.some((line) => /\bkubectl\b.* --context[= ]spark-dev\b/.test(line))).toBe(true);
  for (const line of shown) expect(stderr).toContain(line);
}, 180_000);

it.each(['status', 'cluster status', 'init --yes --no-verify', 'doctor'])(
  '%s prints the published envelope, and as the last event the same',
  async (line) => {
    const words = line.split(' ');
    const { command, ok } = readEnvelope((await runProgram([...words, '--json'])).stdout);
    expect(readEvents((await runProgram([...words, '-o', 'ndjson'])).stdout).at(-1)).toMatchObject({ command, ok });
  },
  180_000,
);
