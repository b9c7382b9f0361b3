import { expect, it } from 'vitest';
import { type Watched, play, pod, added, event, tooMany, refuse } from '../../test/fakes/played-watch.js';

const stays: Watched = (answer) => void answer.write('');

it('tells the list, then each change, and ends with the signal', async () => {
  const played = await play(
    [[pod('a')]],
    [
      (answer) => {
        answer.write(added('b') + event('MODIFIED', pod('a', 'Failed')));
        answer.write(event('DELETED', pod('a')));
      },
    ],
  );
  await played.tellsSoon('b');
  await played.stop();
  expect(played.told).toEqual(['a', 'a,b', 'a,b', 'b']);
  expect(played.asked).toEqual(['list', 'watch from 100']);
});

it('puts an event together that comes in pieces', async () => {
  const whole = added('ö');
  const bytes = Buffer.from(whole);
  const played = await play(
    [[]],
    [
      (answer) => {
        const cut = bytes.indexOf(0xc3) + 1;
        answer.write(bytes.subarray(0, cut));
        setTimeout(() => answer.write(bytes.subarray(cut)), 30);
      },
    ],
  );
  await played.tellsSoon('ö');
});

it.each<[string, Watched]>([
  ['in the stream', (answer) => answer.end(event('ERROR', { kind: 'Status', code: 410, reason: 'Expired' }))],
  ['in a stream that stays open', (answer) => answer.write(event('ERROR', { kind: 'Status', code: 410 }))],
  ['as the answer', (answer) => answer.writeHead(410).end(JSON.stringify({ kind: 'Status', code: 410 }))],
])('lists again when the version is too old (410 %s), and misses nothing that happened between', async (_how, gone) => {
  const played = await play([[pod('driver')], [pod('driver', 'Succeeded'), pod('late')]], [gone, stays]);
  await played.tellsSoon('driver,late');
  await expect.poll(() => played.asked).toEqual(['list', 'watch from 100', 'list', 'watch from 200']);
});

it('lists again when the connection is reset in the middle of an event', async () => {
  const played = await play(
    [[pod('a')], [pod('a'), pod('b')]],
    [
      (answer) => {
        answer.write(added('b').slice(0, 20));
        setTimeout(() => answer.socket?.resetAndDestroy(), 20);
      },
      stays,
    ],
  );
  await played.tellsSoon('a,b');
  await expect.poll(() => played.asked).toEqual(['list', 'watch from 100', 'list', 'watch from 200']);
  expect(played.told.filter((one) => one.startsWith('broken'))).toHaveLength(1);
});

it('begins again when the server ends a watch in good order, and calls nothing broken', async () => {
  const played = await play([[pod('a')], [pod('b')]], [(answer) => answer.end(added('x')), stays]);
  await played.tellsSoon('b');
  expect(played.told.filter((one) => one.startsWith('broken'))).toEqual([]);
});

it('waits longer each time while the server refuses, and recovers', async () => {
  const played = await play([500, 503, 500, [pod('a')]], [stays]);
  const startedAt = performance.now();
  await played.tellsSoon('a');
  expect(performance.now() - startedAt).toBeGreaterThan((200 + 400 + 800) * 0.75 - 50);
  expect(played.asked.filter((one) => one === 'list')).toHaveLength(4);
  expect(played.told.filter((one) => one.startsWith('broken'))).toHaveLength(3);
});

it('leaves a busy server alone for as long as it wants, and says what it said', async () => {
  const played = await play([{ retryAfter: '1' }, [pod('a')]], [stays]);
  const startedAt = performance.now();
  await played.tellsSoon('a');
  expect(performance.now() - startedAt).toBeGreaterThan(990);
  expect(played.told[0]).toBe(`broken: the API server answered 429 (too many requests): ${tooMany}`);
});

it('goes on after a list that never comes', async () => {
  const played = await play(['silence', [pod('a')]], [stays], { listWithinMs: 100 });
  await played.tellsSoon('a');
  expect(played.told[0]).toBe('broken: no answer within 0.1 s');
});

it.each<[string, Watched]>([
  ['never sends anything', () => undefined],
  ['falls silent after an event', (answer) => answer.write(added('b'))],
])('lists again when a watch %s, though the connection stays open', async (_how, silent) => {
  const played = await play([[pod('a')], [pod('a', 'Succeeded'), pod('c')]], [silent, stays], {
    listWithinMs: 200,
    watchForMs: 100,
  });
  await played.tellsSoon('a,c');
  expect(played.told).toContain('broken: the watch became silent');
});

it('ends with the signal though the server never answers the watch', async () => {
  const played = await play([[pod('a')]], [() => undefined]);
  await expect.poll(() => played.asked).toEqual(['list', 'watch from 100']);
  await played.stop();
  expect(played.told).toEqual(['a']);
});

it.each<[string, Watched, string]>([
  [
    'calls each version too old',
    (answer) => answer.end(event('ERROR', { kind: 'Status', code: 410, message: 'too old resource version: 1 (2)' })),
    'broken: the API server answered 410: too old resource version: 1 (2)',
  ],
  [
    'has no room for a watch',
    (answer) => {
      refuse(answer, { retryAfter: '1' });
    },
    `broken: the API server answered 429 (too many requests): ${tooMany}`,
  ],
])('is no storm of lists against a server that %s', async (_how, refused, said) => {
  const played = await play([[pod('a')]], [refused]);
  await new Promise((resolve) => setTimeout(resolve, 1600));
  await played.stop();
  expect(played.asked.filter((one) => one === 'list').length).toBeLessThan(6);
  expect(played.told[1]).toBe(said);
});

it('is no storm against a server that ends each watch at once', async () => {
  const played = await play([[pod('a')]], [(answer) => answer.end()]);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await played.stop();
  expect(played.asked.length).toBeLessThan((2 * 1000) / 75 + 2);
});

it('a deletion that happened while nobody watched is told by the next list', async () => {
  const played = await play(
    [[pod('a'), pod('b')], [pod('b')]],
    [(answer) => void answer.socket?.resetAndDestroy(), stays],
  );
  await played.tellsSoon('b');
  expect(played.told.at(-1)).toBe('b');
});

it('leaves no connection behind when it ends', async () => {
  let closed = 0;
  const played = await play(
    [[pod('a')]],
    [
      (answer) => {
        answer.write(added('b'));
        answer.on('close', () => closed++);
      },
    ],
  );
  await played.tellsSoon('a,b');
  await played.stop();
  await expect.poll(() => closed).toBe(1);
});
