import { expect, it } from 'vitest';
import { createSlots } from './slots.js';

it('runs so many at once, in order, and frees the place of a failure', async () => {
  const slot = createSlots(2);
  const log: string[] = [];
  const gates = new Map<string, () => void>();
  const work = (name: string) => (): Promise<string> => {
    log.push(name);
    return new Promise((resolve, reject) => {
      gates.set(name, () => {
        if (name === 'a') reject(new Error('a'));
        else resolve(name);
      });
    });
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const results = ['a', 'b', 'c', 'd'].map((name) => slot(work(name)));
  const first = expect(results[0]).rejects.toThrow('a');
  await settle();
  expect(log).toEqual(['a', 'b']);
  gates.get('a')?.();
  await first;
  await settle();
  expect(log).toEqual(['a', 'b', 'c']);
  gates.get('b')?.();
  gates.get('c')?.();
  await settle();
  gates.get('d')?.();
  expect(await Promise.all(results.slice(1))).toEqual(['b', 'c', 'd']);
});
