/** As the kubelet writes them: always nine digits, so that their order is that of the text. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)) ?/;

/** Takes the timestamps off the lines of a log, and tells a line once though a later stream brings it again. */
export class StampedLines {
  readonly #onLine: (line: string) => void;
  /** Of the last line told, and how many were told that have the same. */
  #last: { readonly at: string; count: number } | undefined;
  /** How many lines of the last timestamp this stream has brought so far. */
  #brought = 0;
  #isKnown = false;
  #told = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Where the next stream has to begin; undefined where no line had a timestamp. */
  get since(): string | undefined {
    return this.#last?.at;
  }

  get told(): number {
    return this.#told;
  }

  /** A stream begins that may bring known lines again. */
  begin(): void {
    this.#brought = 0;
    this.#isKnown = false;
  }

  readonly add = (line: string): void => {
    const found = stamp.exec(line);
    const at = found?.[1];
    // what has none is the rest of the line before it
    if (at !== undefined) this.#isKnown = this.#knows(at);
    if (this.#isKnown) return;
    this.#told++;
    this.#onLine(found === null ? line : line.slice(found[0].length));
  };

  #knows(at: string): boolean {
    const last = this.#last;
    if (last !== undefined && at < last.at) return true;
    if (last?.at !== at) {
      this.#last = { at, count: 1 };
      this.#brought = 1;
      return false;
    }
    this.#brought++;
    if (this.#brought <= last.count) return true;
    last.count++;
    return false;
  }
}
