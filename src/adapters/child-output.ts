import type { Readable } from 'node:stream';
import type { RunOptions } from '../ports/runner.js';
import type { ChildLog } from './child-log.js';
import { LineSplitter } from './line-splitter.js';

interface Collecting {
  readonly log: ChildLog | undefined;
  readonly options: RunOptions;
  /** Streams that wait until their data is drained. */
  readonly held: Set<Readable>;
}

/** Passes on what a child writes: to the log, complete and by lines. It waits for the reader, but never when the child must end. */
export function collect(
  from: Readable | null,
  name: 'stdout' | 'stderr',
  { log, options, held }: Collecting,
): OutputTail {
  const tail = new OutputTail();
  const lines = new LineSplitter((line) => options.onLine?.(line, name));
  const isStuck = (): boolean => options.signal?.aborted === true && options.drained?.() !== undefined;
  from?.on('data', (chunk: Buffer) => {
    tail.add(chunk);
    log?.write(chunk);
    // the child must be able to end; a reader that does not read misses the end
    if (isStuck()) return;
    if (name === 'stdout') options.onOutput?.(chunk);
    lines.add(chunk);
    const drained = options.drained?.();
    if (drained === undefined || options.signal?.aborted === true) return;
    held.add(from);
    from.pause();
    void drained.then(() => {
      held.delete(from);
      from.resume();
    });
  });
  from?.once('close', () => {
    lines.end();
  });
  return tail;
}

const limitBytes = 1024 * 1024;

/** Keeps the end of an output in bounded memory, whatever a child prints. */
class OutputTail {
  #chunks: Buffer[] = [];
  #bytes = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= 2 * limitBytes) return;
    const kept = Buffer.concat(this.#chunks).subarray(-limitBytes);
    this.#chunks = [kept];
    this.#bytes = kept.length;
  }

  text(): string {
    return Buffer.concat(this.#chunks)
      .subarray(-limitBytes)
      .toString('utf8')
      .replace(/\r?\n$/, '');
  }
}
