import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { recordProgram } from './run-log.js';

const ignored = { output: () => undefined, error: () => undefined, log: () => undefined };

it('keeps all three streams, and waits for nobody while there is room', async () => {
  const { ui, directories } = createFakeHost();
  const path = join(directories.working, 'driver.log');
  const program = recordProgram({ ui }, path, ignored);
  // a promise here would drop what comes after a Ctrl-C
  expect(program.streams.drained()).toBeUndefined();
  program.streams.onOutput(Buffer.from('out\n'));
  program.streams.onLine('INFO SparkContext: Running Spark version 4.3.0', 'stderr');
  program.streams.onLine('\u001cerror', 'stderr');
  await program.close();
  expect(readFileSync(path, 'utf8')).toBe('out\nINFO SparkContext: Running Spark version 4.3.0\nerror\n');
  expect(program.seen()).toMatchObject({ startedSpark: true, output: 'out\n', errors: ['error'] });
});

it('believes no silence of a log that could not be written', async () => {
  const { ui } = createFakeHost();
  const program = recordProgram({ ui }, '/nowhere/driver.log', ignored);
  program.streams.onLine('anything', 'stderr');
  await program.close();
  expect(program.seen().startedSpark).toBe(true);
  expect(ui.lines).toEqual([expect.stringMatching(/The log .* is incomplete/)]);
});
