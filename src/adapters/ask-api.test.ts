import { expect, it } from 'vitest';
import { describeFailure, readRefusal, refusalOf } from './api-refusal.js';
import { askWithRetry, within } from './ask-api.js';

const answered = (code: number, retryAfter?: string): Error =>
  Object.assign(new Error(`answered ${String(code)}`), { code, headers: { 'retry-after': retryAfter } });
const busy = answered(429, '0');
const asking = (answers: readonly (Error | 'good')[]) => {
  let asked = 0;
  const ask = (): Promise<unknown> => {
    const answer = answers[Math.min(asked++, answers.length - 1)] ?? 'good';
    return answer === 'good' ? Promise.resolve(answer) : Promise.reject(answer);
  };
  return { ask, count: () => asked };
};

it('asks again while the server is busy, as often as that is', async () => {
  const { ask, count } = asking([busy, busy, 'good']);
  expect(await askWithRetry(ask, 10_000)).toBe('good');
  expect(count()).toBe(3);
});

it('gives up with the last answer when the time is over, at once where the server wants more', async () => {
  const often = asking([busy]);
  await expect(askWithRetry(often.ask, 200)).rejects.toBe(busy);
  expect(often.count()).toBeGreaterThan(1);
  const late = answered(429, '20');
  const once = asking([late]);
  await expect(askWithRetry(once.ask, 15_000)).rejects.toBe(late);
  expect(once.count()).toBe(1);
});

it.each([answered(403), answered(500), new Error('ECONNREFUSED')])('does not ask twice after %s', async (answer) => {
  const { ask, count } = asking([answer, 'good']);
  await expect(askWithRetry(ask, 10_000)).rejects.toBe(answer);
  expect(count()).toBe(1);
});

it('ends with the signal while it waits', async () => {
  const stop = new AbortController();
  const { ask } = asking([answered(429, '9')]);
  const asked = askWithRetry(ask, 10_000, stop.signal);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});

it('waits for an answer no longer than it may', async () => {
  expect(await within(Promise.resolve('good'), 10)).toBe('good');
  await expect(within(new Promise(() => undefined), 10)).rejects.toThrow('no answer within 0.01 s');
});

it.each([
  [429, undefined, 1000],
  [429, '3', 3000],
  [429, 'Sat, 21 Nov 2026 21:00:00 GMT', 1000],
  [429, '3600', 30_000],
  [503, '2', 2000],
  [503, undefined, undefined],
  [410, undefined, undefined],
  [403, '1', undefined],
])('a %i with Retry-After %s is a pause of %s ms', (status, retryAfter, pauseMs) => {
  expect(refusalOf(status, '', retryAfter).pauseMs).toBe(pauseMs);
});

it.each([
  [
    { code: 403, message: 'HTTP-Code: 403\nHeaders: …', body: '{"message":"pods is forbidden"}' },
    'the API server answered 403: pods is forbidden',
  ],
  [{ code: 503, body: 'upstream gone\n' }, 'the API server answered 503: upstream gone'],
  [{ code: 500, body: '{}' }, 'the API server answered 500'],
  [Object.assign(new Error('Gone'), { statusCode: 410 }), 'the API server answered 410: Gone'],
  [Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'connect ECONNREFUSED'],
  ['odd', 'odd'],
])('says %j in a sentence', (error, sentence) => {
  expect(describeFailure(error)).toBe(sentence);
});

it('sees no refusal in what is no answer', () => {
  expect(readRefusal(undefined)).toBeUndefined();
  expect(readRefusal(Object.assign(new Error('x'), { code: 'ECONNRESET' }))).toBeUndefined();
});
