import type { RunOptions } from '../ports/runner.js';
import type { ChildLog } from './child-log.js';
import { LineSplitter } from './line-splitter.js';

interface Collecting {
  readonly log: ChildLog | undefined;
  readonly options: RunOptions;
  /** From here on nothing waits for a reader. */
  readonly aborted: Promise<void>;
}

/** Hands out what a child writes: to the log, whole and by lines; answers the end of it. It waits for the reader, but never when it has to end. */
export async function collect(
  chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  from: 'stdout' | 'stderr',
  { log, options, aborted }: Collecting,
): Promise<string> {
  const tail = new OutputTail();
  const lines = new LineSplitter((line) => options.onLine?.(line, from));
  const isAborted = (): boolean => options.signal?.aborted === true;
  const handOut = (chunk: Uint8Array): Promise<void> | undefined => {
    // the child must be able to end; a reader that does not read misses the end
    if (isAborted() && options.drained?.() !== undefined) return undefined;
    if (from === 'stdout') options.onOutput?.(chunk);
    lines.add(chunk);
    return options.drained?.();
  };
  for await (const chunk of chunks) {
    tail.add(chunk);
    log?.write(chunk);
    const drained = handOut(chunk);
    if (drained !== undefined && !isAborted()) await Promise.race([drained, aborted]);
  }
  lines.end();
  return tail.text();
}

const limitBytes = 1024 * 1024;

/** Keeps the end of an output in bounded memory, whatever a child prints. */
class OutputTail {
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  add(chunk: Uint8Array): void {
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
