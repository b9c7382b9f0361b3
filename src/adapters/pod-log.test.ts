import { expect, it } from 'vitest';
import { StampedLines } from './pod-log.js';

const at = (nanos: number, text: string): string => `2026-11-30T02:40:00.${String(nanos).padStart(9, '0')}Z ${text}`;

function tellAll(...streams: readonly (readonly string[])[]): { told: readonly string[]; since: string | undefined } {
  const told: string[] = [];
  const lines = new StampedLines((line) => told.push(line));
  for (const stream of streams) {
    lines.begin();
    for (const line of stream) lines.add(line);
  }
  return { told, since: lines.since };
}

// stdout and stderr are stamped apart and written side by side
const mixed = [at(1, 'a'), at(300, 'of stderr'), at(200, 'result'), at(200, 'again'), at(300, 'b'), at(250, 'late')];
const words = ['a', 'of stderr', 'result', 'again', 'b', 'late'];

it('tells every line of the first stream, in whatever order their timestamps are', () => {
  expect(tellAll(mixed)).toEqual({ told: words, since: at(300, '').trim() });
});

it('tells none of them again, and every line after the first new one', () => {
  const more = [at(300, 'c'), at(290, 'd'), at(400, 'e'), at(350, 'f')];
  expect(tellAll(mixed, mixed, [...mixed, ...more])).toEqual({
    told: [...words, 'c', 'd', 'e', 'f'],
    since: at(400, '').trim(),
  });
});

it('takes what has no timestamp for the rest of the line before it', () => {
  const broken = [at(1, 'a'), 'rest of a'];
  expect(tellAll(broken, [...broken, at(2, 'b'), 'rest of b']).told).toEqual(['a', 'rest of a', 'b', 'rest of b']);
});
