import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import type { SparkDevError } from '../../errors/spark-dev-error.js';
import type { RunView } from '../../spark/outcome.js';
import { startWaiting } from './start-waiting.js';

const pending: RunView = {
  submit: undefined,
  driver: { pod: 'd', container: 'c', appId: undefined, state: 'waiting', note: 'ContainerCreating' },
  executors: [],
  runningExecutors: 0,
  troubles: [],
};

/** Looks every second; between two looks the machine may sleep. */
async function waitWith(
  sleeps: Readonly<Record<number, number>>,
  begin: (waiting: ReturnType<typeof startWaiting>) => void,
): Promise<{ readonly code: string; readonly looks: number }> {
  const host = createFakeHost();
  let [now, looks] = [0, 0];
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      looks++;
      now += ms + (sleeps[looks] ?? 0);
      return Promise.resolve();
    },
  };
  const stop = new AbortController();
  const waiting = startWaiting({ ...host, clock }, () => Promise.reject(new Error('nobody asks')), stop.signal);
  begin(waiting);
  const error = await waiting.impatience.catch((impatience: unknown) => impatience as SparkDevError);
  stop.abort();
  return { code: error.code, looks };
}

it.each<[string, string, (waiting: ReturnType<typeof startWaiting>) => void]>([
  [
    'a start',
    'TIMED_OUT',
    (waiting) => {
      waiting.see(pending);
    },
  ],
  [
    'a silent cluster',
    'CLUSTER_UNREACHABLE',
    (waiting) => {
      waiting.seeNothing('ECONNRESET');
    },
  ],
])('does not count against %s the time that the machine slept', async (_what, code, begin) => {
  const awake = await waitWith({}, begin);
  const after = await waitWith({ 10: 30 * 60_000 }, begin);
  expect([awake.code, after.code]).toEqual([code, code]);
  expect(after.looks).toBeGreaterThanOrEqual(awake.looks - 1);
});
