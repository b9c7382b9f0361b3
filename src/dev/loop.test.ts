import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { onEachChange } from './loop.js';

it('answers many changes once, those during an answer once more, and never twice at once', async () => {
  const { clock } = createFakeHost();
  const answers: number[] = [];
  let atOnce = 0;
  let most = 0;
  const changed = onEachChange({ clock }, new AbortController().signal, async (at) => {
    answers.push(at);
    most = Math.max(most, ++atOnce);
    if (answers.length === 1) for (let change = 0; change < 3; change++) changed();
    await clock.sleep(20_000);
    atOnce -= 1;
  });
  for (let change = 0; change < 5; change++) changed();
  await expect.poll(() => [answers.length, atOnce]).toEqual([2, 0]);
  expect(most).toBe(1);
});
