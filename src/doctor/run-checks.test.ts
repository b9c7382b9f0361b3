import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { noSettings } from '../config/settings.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Check, Finding } from './check.js';
import { reportChecks } from './report.js';
import { runChecks } from './run-checks.js';

function checkThat(id: string, run: Check['run']): Check {
  return { id, group: 'Machine', title: `The ${id}`, run };
}

const ok: Finding = { status: 'ok', detail: 'there' };
const settings = () => Promise.resolve(noSettings);
const never = { signal: new AbortController().signal, settings };

it('runs all at once, and a crash or a hanging one costs only itself', async () => {
  let seen: AbortSignal | undefined;
  const startedAt = performance.now();
  const results = await runChecks(
    createFakeHost(),
    [
      checkThat('good', () => Promise.resolve(ok)),
      checkThat('crash', () => Promise.reject(new TypeError('x is not a function'))),
      checkThat('throw', () => {
        throw new RangeError('at once');
      }),
      checkThat('known', () =>
        Promise.reject(new SparkDevError('TOOL_MISSING', 'no x', { why: 'lost', fix: ['get x'] })),
      ),
      checkThat('hang', (_host, { signal }) => {
        seen = signal;
        return new Promise<never>(() => undefined);
      }),
      checkThat('hang-too', () => new Promise<never>(() => undefined)),
    ],
    never,
    300,
  );
  expect(performance.now() - startedAt).toBeLessThan(2000);
  expect(seen?.aborted).toBe(true);
  expect(results.map(({ id, status, detail, fix }) => ({ id, status, detail, fix }))).toEqual([
    { id: 'good', status: 'ok', detail: 'there', fix: [] },
    { id: 'crash', status: 'crash', detail: 'x is not a function', fix: [] },
    { id: 'throw', status: 'crash', detail: 'at once', fix: [] },
    { id: 'known', status: 'fail', detail: 'no x: lost', fix: ['get x'] },
    { id: 'hang', status: 'fail', detail: 'no answer within 0.3 s', fix: ['spark-dev doctor --only hang -vv'] },
    { id: 'hang-too', status: 'fail', detail: 'no answer within 0.3 s', fix: ['spark-dev doctor --only hang-too -vv'] },
  ]);
  expect(reportChecks(results).at(-1)).toBe('1 ok, 3 failed, 2 crashed');
});

it('ends with Ctrl-C', async () => {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort();
  }, 50);
  const hang = checkThat('hang', () => new Promise<never>(() => undefined));
  await expect(runChecks(createFakeHost(), [hang], { signal: controller.signal, settings }, 60_000)).rejects.toThrow(
    'abort',
  );
});
