import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { call } from '../worlds/call.js';
import { readError } from '../worlds/envelope.js';

const calls = [
  ['run', 'sparkpi', '--target', 'cluster'],
  ['run', 'sparkpi', '--target', 'local', '--dry-run'],
  ['init', '--yes'],
  ['init', '--dry-run'],
  ['down'],
  ['down', '--delete', '--yes'],
  ['status'],
  ['doctor'],
];

it.each(calls.map((words) => [words]))(
  '%j refuses a context that is not ours, and does not even look',
  async (words) => {
    const { host, state } = await createFakeMachine();
    const lookedBefore = host.runner.calls.length;
    const flagged = await call([...words, '--context', 'production', '--json'], { host });
    expect([flagged.exitCode, readError(flagged.stdout).code]).toEqual([9, 'CONTEXT_REFUSED']);
    const inherited = await call(words, { host, env: { SPARK_DEV_CONTEXT: 'production' } });
    expect(inherited.exitCode).toBe(9);
    expect(host.runner.calls.length).toBe(lookedBefore);
    expect(state.profile).toBe('running');
    expect(existsSync(join(host.directories.state, 'runs'))).toBe(false);
  },
);

it('takes its own name', async () => {
  const { host, changes } = await createFakeMachine();
  expect((await call(['down', '--context', 'spark-dev'], { host })).exitCode).toBe(0);
  expect(changes()).toEqual(['minikube stop -p spark-dev']);
});

it.each([[['help', 'CONTEXT_REFUSED']], [['version']]])('%j explains whatever the context', async (words) => {
  expect((await call(words, { env: { SPARK_DEV_CONTEXT: 'production' } })).exitCode).toBe(0);
});
