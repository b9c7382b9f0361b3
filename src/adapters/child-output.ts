import type { RunOptions, Argv } from '../ports/runner.js';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { quoteArgv } from '../errors/quote-argv.js';
import { ByteTail } from '../text/byte-tail.js';
import { LineSplitter } from '../text/line-splitter.js';

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
  const tail = new ByteTail(limitBytes);
  const lines = new LineSplitter((line) => options.onLine?.(line, from));
  const isAborted = (): boolean => options.signal?.aborted === true;
  for await (const chunk of chunks) {
    tail.add(chunk);
    log?.write(chunk);
    // the child must be able to end; a reader that does not read misses the end
    if (isAborted() && options.drained?.() !== undefined) continue;
    if (from === 'stdout') options.onOutput?.(chunk);
    lines.add(chunk);
    const drained = options.drained?.();
    if (drained !== undefined && !isAborted()) await Promise.race([drained, aborted]);
  }
  lines.end();
  return tail.text().replace(/\r?\n$/, '');
}

/** Of an output, whatever a child prints. */
const limitBytes = 1024 * 1024;

interface ChildLog {
  write(chunk: Uint8Array): void;
  close(): void;
}

/** Written synchronously, so that an error can name a complete log. A failed write only costs the log, not the run. */
export function openChildLog(path: string, argv: Argv, onLost: (why: string) => void = () => undefined): ChildLog {
  let file: number | undefined;
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      onLost(`The log ${path} is incomplete: ${error instanceof Error ? error.message : String(error)}`);
      onLost = () => undefined;
    }
  };
  const write = (chunk: Uint8Array): void => {
    attempt(() => {
      // a full disk may accept only part of the last write
      for (let at = 0; file !== undefined && at < chunk.length;) at += writeSync(file, chunk, at);
    });
  };
  attempt(() => {
    mkdirSync(dirname(path), { recursive: true });
    file = openSync(path, 'a', 0o600);
  });
  write(Buffer.from(`$ ${quoteArgv(argv)}\n`));
  return {
    write,
    close() {
      attempt(() => {
        if (file !== undefined) closeSync(file);
      });
    },
  };
}
