import type { RunOptions, Argv } from '../ports/runner.js';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { quoteArgv } from '../errors/quote-argv.js';
import { StringDecoder } from 'node:string_decoder';

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

const longestLine = 256 * 1024;

/** Splits a byte stream into lines (also at a single carriage return); drops what a line has beyond 256 Ki characters. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split(/\r?\n|\r(?!$)/);
    // a carriage return at the very end may be the first half of a line end
    this.#rest = shorten(lines.pop() ?? '');
    for (const line of lines) this.#onLine(shorten(line));
  }

  end(): void {
    const last = (this.#rest + this.#decoder.end()).replace(/\r$/, '');
    this.#rest = '';
    if (last !== '') this.#onLine(last);
  }
}

function shorten(line: string): string {
  return line.length > longestLine ? line.slice(0, longestLine) : line;
}
