import { setTimeout as sleep } from 'node:timers/promises';
import type { LogStream, PodContainer } from '../ports/kube.js';
import { readRefusal } from './api-refusal.js';
import { askApi, askWithRetry, type ApiAccess, type ApiQuery } from './ask-api.js';
import { podsPath } from './pod-watch.js';
import { LineSplitter } from '../text/line-splitter.js';

/** A server that is silent this long while the whole log is requested has failed; a followed log is requested again. */
const silenceMs = 30_000;
/** For an overloaded server. */
const patienceMs = 30_000;
const againAfterMs = 1000;

/**
 * One container's log by lines, in constant memory. Requested directly, because client-node's Log pipes the response into a
 * stream that never ends when the connection breaks (https://github.com/kubernetes-client/javascript/issues/1496).
 */
export async function streamPodLog(api: ApiAccess, container: PodContainer, how: LogStream): Promise<void> {
  const isStopped = (): boolean => how.signal?.aborted === true;
  try {
    await (how.follow ? follow(api, container, how) : readOnce(api, container, how));
  } catch (error) {
    if (!isStopped()) throw error;
  }
}

/**
 * A stream also ends when the log is rotated (https://github.com/kubernetes/kubernetes/issues/115701), and breaks with the
 * connection: the next one starts at the last line. A stream that brings nothing more was at the end.
 */
async function follow(api: ApiAccess, container: PodContainer, how: LogStream): Promise<void> {
  const lines = new StampedLines(how.onLine, how.stamps);
  let failingSince: number | undefined;
  for (;;) {
    const before = lines.told;
    lines.begin();
    try {
      await readOnce(api, container, { ...how, onLine: lines.add }, { timestamps: 'true', sinceTime: lines.since });
      failingSince = undefined;
      if (lines.told === before || lines.since === undefined) return;
    } catch (error) {
      if (lines.told > before) failingSince = undefined;
      failingSince ??= Date.now();
      const isAnswer = readRefusal(error) !== undefined;
      // without timestamps it is unknown which lines are known
      const isLost = lines.told > 0 && lines.since === undefined;
      if (how.signal?.aborted === true || isAnswer || isLost) throw error;
      if (Date.now() - failingSince > patienceMs) throw error;
      await sleep(againAfterMs, undefined, how.signal === undefined ? {} : { signal: how.signal });
    }
  }
}

async function readOnce(
  api: ApiAccess,
  { namespace, pod, container }: PodContainer,
  { follow: isFollowed, signal, ...how }: LogStream,
  query: ApiQuery = {},
): Promise<void> {
  const lines = new LineSplitter(how.onLine);
  const path = `${podsPath(namespace)}/${encodeURIComponent(pod)}/log`;
  const ask = () =>
    askApi(api, `the log of ${pod}`, path, { container, follow: String(isFollowed), ...query }, { signal, silenceMs });
  for await (const chunk of (await askWithRetry(ask, patienceMs, signal)) as AsyncIterable<Buffer>) {
    how.onOutput?.(chunk);
    lines.add(chunk);
    await how.drained?.();
  }
  lines.end();
}

/** The kubelet's format: always nine digits, so that they sort as text. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)) ?/;

/**
 * Strips the timestamps from the lines of a log unless they are wanted, and emits a line once even if a later stream repeats
 * it. The runtime writes stdout and stderr concurrently, so a new line may have an older timestamp than the previous one.
 */
export class StampedLines {
  readonly #onLine: (line: string) => void;
  /** The latest emitted timestamp, and how many emitted lines have it. */
  #last: { at: string; count: number } | undefined;
  /** How many lines of the latest timestamp are still to be repeated; undefined if this stream repeats nothing known. */
  #again: number | undefined;
  #isKnown = false;
  readonly #keepsStamps: boolean;
  #told = 0;

  constructor(onLine: (line: string) => void, keepsStamps = false) {
    this.#onLine = onLine;
    this.#keepsStamps = keepsStamps;
  }

  /** Where the next stream must start; undefined if no line had a timestamp. */
  get since(): string | undefined {
    return this.#last?.at;
  }

  get told(): number {
    return this.#told;
  }

  /** Starts a stream that may repeat known lines. */
  begin(): void {
    this.#again = this.#last?.count;
    this.#isKnown = false;
  }

  readonly add = (line: string): void => {
    const found = stamp.exec(line);
    const at = found?.[1];
    // a line without one is the rest of the previous line
    if (at !== undefined) this.#isKnown = this.#knows(at);
    if (this.#isKnown) return;
    this.#told++;
    this.#onLine(found === null || this.#keepsStamps ? line : line.slice(found[0].length));
  };

  /** Known lines come first: after a new one, all are new. */
  #knows(at: string): boolean {
    const last = (this.#last ??= { at, count: 0 });
    if (this.#again !== undefined && (at < last.at || (at === last.at && this.#again-- > 0))) return true;
    this.#again = undefined;
    if (at > last.at) this.#last = { at, count: 1 };
    else if (at === last.at) last.count++;
    return false;
  }
}
