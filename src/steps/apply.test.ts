import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { applySteps, inStep, type ApplyRequest, type Step } from './apply.js';

function step(id: string, ...needs: string[]): Step {
  return { id, title: id, why: '', commands: [], needs };
}

function inOrder(...ids: string[]): readonly Step[] {
  return ids.map((id) => ({ id, title: id, why: '', commands: [] }));
}

const run = (steps: readonly Step[], apply: ApplyRequest<Step>['apply'], more: Partial<ApplyRequest<Step>> = {}) =>
  applySteps(createFakeHost(), steps, { apply, ...more });

describe('applying steps', () => {
  it('begins each as soon as what it needs is done, side by side', async () => {
    const events: string[] = [];
    await run(
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

  it('does one after the other where no needs are named, and says how long each took', async () => {
    const events: string[] = [];
    const durations = await run(inOrder('a', 'b', 'c'), async ({ id }) => {
      events.push(`+${id}`);
      await sleep(1);
      events.push(`-${id}`);
    });
    expect(events).toEqual(['+a', '-a', '+b', '-b', '+c', '-c']);
    expect(Object.keys(durations)).toEqual(['a', 'b', 'c']);
  });

  it('stops the others at the first failure, starts nothing more, and throws that one', async () => {
    const events: string[] = [];
    const running = run(
      [step('failing'), step('long'), step('never', 'failing'), step('also never', 'long')],
      async ({ id }, { signal }) => {
        events.push(id);
        if (id === 'failing') throw new Error('boom');
        await sleep(10_000, undefined, { signal });
      },
    );
    await expect(running).rejects.toThrow('boom');
    expect(events).toEqual(['failing', 'long']);
  });

  it('goes on after a failure where it is told so', async () => {
    const events: string[] = [];
    const apply = ({ id }: Step): Promise<void> => {
      events.push(id);
      return id === 'a' ? Promise.reject(new Error('boom')) : Promise.resolve();
    };
    await run(inOrder('a', 'b'), apply, { onFailure: ({ id }, error) => events.push(`${id}: ${String(error)}`) });
    expect(events).toEqual(['a', 'a: Error: boom', 'b']);
  });

  it('ends with an interruption from outside', async () => {
    const outside = new AbortController();
    const running = run([step('long')], (_step, { signal }) => sleep(10_000, undefined, { signal }), {
      signal: outside.signal,
    });
    outside.abort();
    await expect(running).rejects.toThrow();
  });

  it('refuses a plan in the wrong order', async () => {
    await expect(run([step('a', 'b'), step('b')], () => Promise.resolve())).rejects.toThrow('a comes before b');
  });

  it('does a step that two plans have in common once, and stops both at a failure', async () => {
    const common = { begun: new Map<string, Promise<void>>(), stop: new AbortController() };
    const events: string[] = [];
    const apply: ApplyRequest<Step>['apply'] = async ({ id }, { signal }) => {
      events.push(id);
      if (id === 'failing') throw new Error('boom');
      await sleep(id === 'long' ? 10_000 : 5, undefined, { signal });
    };
    const first = run([step('shared'), step('long')], apply, { common });
    const second = run([step('shared'), step('failing', 'shared')], apply, { common });
    await expect(second).rejects.toThrow('boom');
    await expect(first).rejects.toThrow();
    expect(events).toEqual(['shared', 'long', 'failing']);
  });
});

describe('a step on the screen', () => {
  const events = async (act: Parameters<typeof inStep>[2]): Promise<readonly string[]> => {
    const host = createFakeHost();
    await inStep(host, 'Do it', act).catch(() => undefined);
    return host.ui.lines;
  };

  it('ends well with its note, badly when it throws, and badly without throwing when it says so', async () => {
    const good = await events((running) => {
      running.note('done');
      return Promise.resolve();
    });
    const bad = await events(() => Promise.reject(new Error('boom')));
    const said = await events((running) => {
      running.failed('no');
      return Promise.resolve();
    });
    expect([good, bad, said]).toEqual([
      ['… Do it', '✓ Do it: done'],
      ['… Do it', '✗ Do it'],
      ['… Do it', '✗ Do it: no'],
    ]);
  });
});
