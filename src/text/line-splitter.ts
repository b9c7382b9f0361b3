import { StringDecoder } from 'node:string_decoder';

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
