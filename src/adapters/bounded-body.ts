import { showBytes } from '../text/sizes.js';

/** A server that sends less than `bytes` in each `withinMs` keeps a download from ever ending. */
export interface SlowestRate {
  readonly bytes: number;
  readonly withinMs: number;
}

export interface BodyLimits {
  readonly contentLength: number | undefined;
  readonly mostBytes: number;
  readonly slowest: SlowestRate;
}

/** The same bytes, limited in size and minimum speed; the HTTP client's own time-out covers silence. */
export async function* boundBody(
  body: AsyncIterable<Uint8Array>,
  { contentLength = 0, mostBytes, slowest }: BodyLimits,
): AsyncGenerator<Uint8Array> {
  const tooLong = new Error(`the answer is longer than ${showBytes(mostBytes)}`);
  let total = 0;
  let window = { startedAt: performance.now(), bytes: 0 };
  for await (const chunk of body) {
    total += chunk.length;
    if (Math.max(contentLength, total) > mostBytes) throw tooLong;
    yield chunk;
    window.bytes += chunk.length;
    const now = performance.now();
    if (now - window.startedAt < slowest.withinMs) continue;
    if (window.bytes < slowest.bytes)
      throw new Error(
        `the server sent only ${showBytes(window.bytes)} in ${String(Math.round((now - window.startedAt) / 1000))} s`,
      );
    window = { startedAt: now, bytes: 0 };
  }
}
