/** The kubelet's format: always nine digits, so that they sort as text. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)) ?/;

/**
 * Strips the timestamps from the lines of a log, and emits a line once even if a later stream repeats it. The runtime writes
 * stdout and stderr concurrently, so a new line may have an older timestamp than the previous one.
 */
export class StampedLines {
  readonly #onLine: (line: string) => void;
  /** The latest emitted timestamp, and how many emitted lines have it. */
  #last: { at: string; count: number } | undefined;
  /** How many lines of the latest timestamp are still to be repeated; undefined if this stream repeats nothing known. */
  #again: number | undefined;
  #isKnown = false;
  #told = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Where the next stream must start; undefined if no line had a timestamp. */
  get since(): string | undefined {
    return this.#last?.at;
  }

  get told(): number {
    return this.#told;
  }

  /** Starts a stream that may repeat known lines. */
  begin(): void {
    this.#again = this.#last?.count;
    this.#isKnown = false;
  }

  readonly add = (line: string): void => {
    const found = stamp.exec(line);
    const at = found?.[1];
    // a line without one is the rest of the previous line
    if (at !== undefined) this.#isKnown = this.#knows(at);
    if (this.#isKnown) return;
    this.#told++;
    this.#onLine(found === null ? line : line.slice(found[0].length));
  };

  /** Known lines come first: after a new one, all are new. */
  #knows(at: string): boolean {
    const last = (this.#last ??= { at, count: 0 });
    if (this.#again !== undefined && (at < last.at || (at === last.at && this.#again-- > 0))) return true;
    this.#again = undefined;
    if (at > last.at) this.#last = { at, count: 1 };
    else if (at === last.at) last.count++;
    return false;
  }
}
