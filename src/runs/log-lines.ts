import { open, type FileHandle } from 'node:fs/promises';
import { LineSplitter } from '../text/line-splitter.js';

export interface TimedLine {
  /** In milliseconds; of the last line that has one, if this one has none. */
  readonly at: number | undefined;
  readonly text: string;
}

const chunkBytes = 64 * 1024;
/** The kubelet's, in front of each line of a pod's log. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\d*(Z|[+-]\d\d:\d\d) ?/;
/** Spark's own, in the time zone of its machine. */
const sparkTime = /^(\d\d)\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) /;
/** The marks of images/spark/driver/driver.py, each the first character of a line. */
export const streamMarks = { line: '\u001f', piece: '\u001e', coded: '\u001d', error: '\u001c' } as const;

/** The lines of a file that may still grow, one at a time: holds one chunk of it at most. */
export class LogReader {
  readonly #path: string;
  #file: FileHandle | undefined;
  #offset = 0;
  #lines: string[] = [];
  #next = 0;
  #last: number | undefined;
  readonly #splitter = new LineSplitter((line) => this.#lines.push(line));

  constructor(path: string) {
    this.#path = path;
  }

  /** The next line, which stays until it is taken; undefined at the end of what there is. */
  async peek(isWhole: boolean): Promise<TimedLine | undefined> {
    for (;;) {
      const line = this.#lines[this.#next];
      if (line !== undefined) {
        const read = this.#read(line);
        if (read !== undefined) return read;
        this.take();
      } else if (!(await this.#fill(isWhole))) return undefined;
    }
  }

  take(): void {
    this.#next += 1;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #fill(isWhole: boolean): Promise<boolean> {
    this.#lines = [];
    this.#next = 0;
    this.#file ??= await open(this.#path).catch(() => undefined);
    const buffer = Buffer.alloc(chunkBytes);
    const { bytesRead } = (await this.#file?.read(buffer, 0, chunkBytes, this.#offset)) ?? { bytesRead: 0 };
    this.#offset += bytesRead;
    if (bytesRead > 0) this.#splitter.add(buffer.subarray(0, bytesRead));
    // the last line of a log that still grows may be half written
    else if (isWhole) this.#splitter.end();
    return bytesRead > 0 || this.#lines.length > 0;
  }

  /** Undefined for a line that is no text of the program or of Spark. */
  #read(line: string): TimedLine | undefined {
    const [whole = '', time, zone] = stamp.exec(line) ?? [];
    const rest = line.slice(whole.length);
    const text = unmark(rest);
    if (text === undefined) return undefined;
    this.#last = time === undefined ? (timeOf(rest) ?? this.#last) : Date.parse(`${time}${zone ?? ''}`);
    return { at: this.#last, text };
  }
}

function timeOf(line: string): number | undefined {
  const [, year, month, day, time] = sparkTime.exec(line) ?? [];
  return time === undefined ? undefined : new Date(`20${year ?? ''}-${month ?? ''}-${day ?? ''}T${time}`).getTime();
}

function unmark(line: string): string | undefined {
  const mark = line.charAt(0);
  const text = line.slice(1);
  if (mark === streamMarks.line || mark === streamMarks.piece || mark === streamMarks.error) return text;
  if (mark !== streamMarks.coded) return line;
  return text.startsWith('{') ? undefined : Buffer.from(text, 'base64').toString();
}
