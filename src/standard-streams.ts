import { StringDecoder } from 'node:string_decoder';
import { SparkDevError } from './errors/spark-dev-error.js';
import { createTerminalFilter } from './errors/strip-controls.js';

type Stream = NodeJS.WriteStream;

export interface StandardStream {
  /** Text and bytes go unchanged to a file or a pipe; for a terminal, harmful escape sequences are removed. */
  write(data: string | Uint8Array): void;
  /** Why it can no longer be written; a reader that left is no reason. */
  lost(): SparkDevError | undefined;
  /** Resolves when all of it is written, or cannot be, or the signal comes. */
  flushed(signal: AbortSignal): Promise<void>;
}

/**
 * Guards every write to the stream, ours and those of libraries: after the first failure nothing more is written. `| head` and a
 * closed terminal are silent, and the run continues; anything else, like a full disk, is reported to `onLost`.
 */
export function guardStream(
  name: 'stdout' | 'stderr',
  stream: Stream,
  onLost: (why: SparkDevError) => void,
): StandardStream {
  let isOpen = true;
  let lost: SparkDevError | undefined;
  const onError = (error: NodeJS.ErrnoException): void => {
    if (!isOpen) return;
    isOpen = false;
    if (hasReaderLeft(error, stream)) return;
    lost = explainLoss(name, error);
    onLost(lost);
  };
  stream.on('error', onError);
  const write = stream.write.bind(stream) as (...words: readonly unknown[]) => boolean;
  stream.write = (...words: readonly unknown[]): boolean => {
    try {
      if (isOpen) return write(...words);
    } catch (error) {
      onError(error as NodeJS.ErrnoException);
    }
    const done = words.at(-1);
    if (typeof done === 'function') queueMicrotask(done as () => void);
    return true;
  };
  const decoder = new StringDecoder('utf8');
  const filter = createTerminalFilter();
  return {
    write(data) {
      if (!stream.isTTY) stream.write(data);
      else if (typeof data === 'string') stream.write(createTerminalFilter().pass(data));
      else stream.write(filter.pass(decoder.write(Buffer.from(data))));
    },
    lost: () => lost,
    flushed: (signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          signal.removeEventListener('abort', done);
          resolve();
        };
        signal.addEventListener('abort', done);
        stream.write('', done);
        if (signal.aborted) done();
      }),
  };
}

/** Pending while one of them holds more than it accepts at once; undefined if there is nothing to wait for. */
export function whenDrained(...streams: readonly Stream[]): Promise<void> | undefined {
  const full = streams.filter((stream) => stream.writableNeedDrain && !stream.destroyed);
  if (full.length === 0) return undefined;
  return Promise.all(full.map(untilDrained)).then(() => undefined);
}

const waits = new WeakMap<Stream, Promise<void>>();

/** One wait per stream, however many programs wait for it. */
function untilDrained(stream: Stream): Promise<void> {
  const known = waits.get(stream);
  if (known !== undefined) return known;
  const events = ['drain', 'error', 'close'] as const;
  const wait = new Promise<void>((resolve) => {
    const done = (): void => {
      waits.delete(stream);
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.once(event, done);
  });
  waits.set(stream, wait);
  return wait;
}

function hasReaderLeft({ code }: NodeJS.ErrnoException, stream: Stream): boolean {
  return code === 'EPIPE' || code === 'ECONNRESET' || (code === 'EIO' && stream.isTTY);
}

function explainLoss(name: string, error: NodeJS.ErrnoException): SparkDevError {
  const isFull = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(error.code ?? '');
  const what = isFull ? `No space left to write ${name}` : `Cannot write to ${name}`;
  return new SparkDevError(isFull ? 'DISK_FULL' : 'DISK_WRITE_FAILED', what, {
    why: error.message,
    fix: [`Redirect ${name} to a file on another disk, or to a terminal`],
    cause: error,
  });
}
