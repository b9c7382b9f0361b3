import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Step } from './plan.js';
import { runSteps } from './run-steps.js';

function step(id: string, ...needs: string[]): Step {
  return { id, title: id, why: '', commands: [], needs, work: { kind: 'start' } };
}

describe('running steps', () => {
  it('begins each as soon as what it needs is done, side by side', async () => {
    const events: string[] = [];
    await runSteps(
      [step('slow'), step('quick'), step('after quick', 'quick'), step('last', 'slow', 'after quick')],
      async ({ id }) => {
        events.push(`+${id}`);
        await sleep(id === 'slow' ? 60 : 5);
        events.push(`-${id}`);
      },
    );
    expect(events.slice(0, 2)).toEqual(['+slow', '+quick']);
    expect(events.indexOf('+after quick')).toBeLessThan(events.indexOf('-slow'));
    expect(events.slice(-2)).toEqual(['+last', '-last']);
  });

  it('stops the others at the first failure, starts nothing more, and throws that one', async () => {
    const events: string[] = [];
    const run = runSteps(
      [step('failing'), step('long'), step('never', 'failing'), step('also never', 'long')],
      async ({ id }, signal) => {
        events.push(id);
        if (id === 'failing') throw new Error('boom');
        await sleep(10_000, undefined, { signal });
      },
    );
    await expect(run).rejects.toThrow('boom');
    expect(events).toEqual(['failing', 'long']);
  });

  it('ends with an interruption from outside', async () => {
    const outside = new AbortController();
    const run = runSteps([step('long')], (_step, signal) => sleep(10_000, undefined, { signal }), outside.signal);
    outside.abort();
    await expect(run).rejects.toThrow();
  });

  it('refuses a plan in the wrong order', async () => {
    await expect(runSteps([step('a', 'b'), step('b')], () => Promise.resolve())).rejects.toThrow('a stands before b');
  });
});
