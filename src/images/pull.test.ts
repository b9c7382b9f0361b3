import { expect, it } from 'vitest';
import type { PullEvent } from '../ports/docker.js';
import { addEvent, noProgress, readFigures, showFigures } from './pull.js';

type Line = readonly [at: number, layer: string | undefined, status: string, current?: number, total?: number];

function after(...lines: readonly Line[]) {
  return lines.reduce((progress, [at, layer, status, current, total]) => {
    const event: PullEvent = { layer, status, current, total };
    return addEvent(progress, event, at);
  }, noProgress);
}

it('counts bytes, rate and the time that is left', () => {
  const progress = after(
    [0, undefined, 'Pulling from x'],
    [0, 'a', 'Downloading', 0, 40_000_000],
    [0, 'b', 'Downloading', 0, 60_000_000],
    [2000, 'a', 'Downloading', 20_000_000, 40_000_000],
  );
  const figures = readFigures(progress, undefined);
  expect(figures).toMatchObject({ totalBytes: 100_000_000, bytesPerSecond: 10_000_000, secondsLeft: 8 });
  expect(showFigures(figures)).toBe('20 MB of 100 MB, 10 MB/s, 8 s left');
});

it('does not begin again when a layer is unpacked, and counts one that is there as done', () => {
  const progress = after(
    [0, 'a', 'Already exists'],
    [0, 'b', 'Downloading', 1000, 5000],
    [1000, 'b', 'Download complete'],
    [1100, 'b', 'Extracting', 32, 5000],
    [1200, 'b', 'Pull complete'],
  );
  expect(readFigures(progress, undefined)).toMatchObject({ bytes: 5000, totalBytes: 5000 });
});

it('names no total while a layer has not said its size, unless the registry has', () => {
  const progress = after([0, 'a', 'Downloading', 1000, 5000], [0, 'b', 'Waiting']);
  expect(readFigures(progress, undefined).totalBytes).toBeUndefined();
  expect(readFigures(progress, 9000).totalBytes).toBe(9000);
});

it('forgets the rate of long ago', () => {
  const progress = after(
    [0, 'a', 'Downloading', 0, 10_000_000],
    [1000, 'a', 'Downloading', 5_000_000, 10_000_000],
    [20_000, 'a', 'Downloading', 5_000_000, 10_000_000],
    [22_000, 'a', 'Downloading', 5_200_000, 10_000_000],
  );
  expect(readFigures(progress, undefined).bytesPerSecond).toBe(100_000);
});
