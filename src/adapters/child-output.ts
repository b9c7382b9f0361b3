import type { Readable } from 'node:stream';
import type { RunOptions } from '../ports/runner.js';
import type { ChildLog } from './child-log.js';
import { LineSplitter } from './line-splitter.js';
import { OutputTail } from './output-tail.js';

interface Collecting {
  readonly log: ChildLog | undefined;
  readonly options: RunOptions;
  /** Streams that wait until what they gave is drained. */
  readonly held: Set<Readable>;
}

/** Hands out what a child writes: to the log, whole and by lines. It waits for the reader, but never when it has to end. */
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
    // the child must be able to end, and who does not read misses the last of it
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
