import { expect, it } from 'vitest';
import { waitFor } from './wait-for.js';

/** Time passes only where somebody sleeps. */
function clockAt(start: number) {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: (ms: number, signal?: AbortSignal): Promise<void> => {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
}

/** 1, 2, 3, … */
function counting(): () => Promise<number> {
  let count = 0;
  return () => Promise.resolve(++count);
}

const limits = { until: (count: number) => count >= 3, everyMs: 500, timeoutMs: 5000 };

it('answers at once where there is nothing to wait for', async () => {
  const clock = clockAt(100);
  expect(await waitFor(clock, counting(), { ...limits, until: () => true, timeoutMs: 0 })).toBe(1);
  expect(clock.slept).toEqual([]);
});

it('asks again after a pause', async () => {
  const clock = clockAt(100);
  expect(await waitFor(clock, counting(), limits)).toBe(3);
  expect(clock.slept).toEqual([500, 500]);
});

it('gives the last answer when the time is over', async () => {
  const clock = clockAt(100);
  expect(await waitFor(clock, counting(), { ...limits, until: () => false, timeoutMs: 1000 })).toBe(4);
  expect(clock.now()).toBe(1600);
});

it('ends with what the question throws, and with the reason of the signal', async () => {
  await expect(waitFor(clockAt(0), () => Promise.reject(new Error('refused')), limits)).rejects.toThrow('refused');
  const signal = AbortSignal.abort(new Error('Ctrl-C'));
  await expect(waitFor(clockAt(0), counting(), { ...limits, signal })).rejects.toThrow('Ctrl-C');
});
