import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createChildRunner } from './child-runner.js';

const runner = createChildRunner({ env: process.env });
const script = (source: string): readonly string[] => [process.execPath, '-e', source];

describe('the output of a program', () => {
  it('lets a program wait for who reads it, and then hands out all', async () => {
    let bytes = 0;
    let release: (() => void) | undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    let drained: Promise<void> | undefined = slow;
    const run = runner.run(script('process.stdout.write("x".repeat(5_000_000))'), {
      onOutput: (chunk) => (bytes += chunk.length),
      drained: () => drained,
    });
    expect(await Promise.race([run, sleep(1500, 'waits')])).toBe('waits');
    expect(bytes).toBeLessThan(1_000_000);
    drained = undefined;
    release?.();
    await run;
    expect(bytes).toBe(5_000_000);
  });

  it('tells once of a log that breaks off', async () => {
    const told: string[] = [];
    const options = { logFile: '/dev/full', onLogLost: (why: string): unknown => told.push(why) };
    await runner.run(script('console.log("a");setTimeout(()=>console.log("b"),100)'), options);
    expect(told).toEqual([expect.stringContaining('ENOSPC')]);
  });

  it('ends a program whose output nobody reads', async () => {
    const stop = new AbortController();
    const endless = script('console.log("up");setInterval(()=>process.stdout.write("x".repeat(65536)),1)');
    await expect(
      runner.run(endless, {
        signal: stop.signal,
        onOutput: () =>
          setTimeout(() => {
            stop.abort();
          }, 300),
        drained: () => new Promise<void>(() => undefined),
      }),
    ).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
