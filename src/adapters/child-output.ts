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
  const tail: Uint8Array[] = [];
  let tailBytes = 0;
  const lines = new LineSplitter((line) => options.onLine?.(line, from));
  const isAborted = (): boolean => options.signal?.aborted === true;
  for await (const chunk of chunks) {
    tail.push(chunk);
    tailBytes += chunk.length;
    for (let [first] = tail; first !== undefined && tailBytes - first.length >= limitBytes; [first] = tail)
      tailBytes -= tail.shift()?.length ?? 0;
    log?.write(chunk);
    // the child must be able to end; a reader that does not read misses the end
    if (isAborted() && options.drained?.() !== undefined) continue;
    if (from === 'stdout') options.onOutput?.(chunk);
    lines.add(chunk);
    const drained = options.drained?.();
    if (drained !== undefined && !isAborted()) await Promise.race([drained, aborted]);
  }
  lines.end();
  const end = Buffer.concat(tail).subarray(-limitBytes).toString('utf8');
  return end.replace(/\r?\n$/, '');
}

/** Of an output, whatever a child prints. */
const limitBytes = 1024 * 1024;
