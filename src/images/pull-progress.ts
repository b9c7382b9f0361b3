import type { PullEvent } from '../ports/docker.js';
import { showBytes } from '../text/sizes.js';

interface LayerProgress {
  readonly bytes: number;
  readonly totalBytes: number | undefined;
  readonly isDone: boolean;
}

export interface PullProgress {
  readonly layers: ReadonlyMap<string, LayerProgress>;
  readonly samples: readonly { readonly at: number; readonly bytes: number }[];
}

export const noProgress: PullProgress = { layers: new Map(), samples: [] };

const windowMs = 5000;
const finished = /^(Download complete|Pull complete|Already exists|Verifying Checksum|Extracting)$/;

export function addEvent(progress: PullProgress, event: PullEvent, now: number): PullProgress {
  if (event.layer === undefined) return progress;
  const before = progress.layers.get(event.layer);
  const isLoading = event.status === 'Downloading';
  const layer: LayerProgress = {
    bytes: isLoading ? (event.current ?? 0) : (before?.bytes ?? 0),
    totalBytes: isLoading ? (event.total ?? before?.totalBytes) : before?.totalBytes,
    isDone: (before?.isDone ?? false) || finished.test(event.status),
  };
  const whole = layer.isDone && layer.totalBytes !== undefined ? { ...layer, bytes: layer.totalBytes } : layer;
  const layers = new Map(progress.layers).set(event.layer, whole);
  const samples = [...progress.samples.filter(({ at }) => now - at <= windowMs), { at: now, bytes: sumBytes(layers) }];
  return { layers, samples };
}

type PullFigures = ReturnType<typeof readFigures>;

/** `expectedBytes` is the sum of the layers, if the registry reported it; otherwise there is no total until every layer has reported its size. */
export function readFigures({ layers, samples }: PullProgress, expectedBytes: number | undefined) {
  const all = [...layers.values()];
  const bytes = sumBytes(layers);
  const isSaid = all.length > 0 && all.every(({ totalBytes, isDone }) => totalBytes !== undefined || isDone);
  const totalBytes = expectedBytes ?? (isSaid ? all.reduce((sum, one) => sum + (one.totalBytes ?? 0), 0) : undefined);
  const [first, last] = [samples[0], samples.at(-1)];
  const elapsedMs = first === undefined || last === undefined ? 0 : last.at - first.at;
  const bytesPerSecond = elapsedMs === 0 ? 0 : Math.max(0, (bytes - (first?.bytes ?? 0)) / (elapsedMs / 1000));
  const isKnown = totalBytes !== undefined && bytesPerSecond !== 0;
  const secondsLeft = isKnown ? Math.ceil(Math.max(0, totalBytes - bytes) / bytesPerSecond) : undefined;
  return { bytes, totalBytes, bytesPerSecond, secondsLeft };
}

/** `12 MB of 45 MB, 3.4 MB/s, 10 s left` */
export function showFigures({ bytes, totalBytes, bytesPerSecond, secondsLeft }: PullFigures): string {
  return [
    totalBytes === undefined ? showBytes(bytes) : `${showBytes(bytes)} of ${showBytes(totalBytes)}`,
    `${showBytes(bytesPerSecond)}/s`,
    ...(secondsLeft === undefined ? [] : [`${String(secondsLeft)} s left`]),
  ].join(', ');
}

function sumBytes(layers: PullProgress['layers']): number {
  return [...layers.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}
