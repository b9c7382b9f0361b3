/** As the kubelet writes them: always nine digits, so that their order is that of the text. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)) ?/;

/**
 * Takes the timestamps off the lines of a log, and tells a line once though a later stream brings it again. The runtime writes
 * stdout and stderr side by side, so a new line may have an older timestamp than the one before it.
 */
export class StampedLines {
  readonly #onLine: (line: string) => void;
  /** The latest timestamp told, and how many lines were told that have it. */
  #last: { at: string; count: number } | undefined;
  /** How many lines of the latest timestamp are still to come again; undefined where this stream brings nothing known. */
  #again: number | undefined;
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
    this.#again = this.#last?.count;
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

  /** Known lines come first: after one that is new, all are. */
  #knows(at: string): boolean {
    const last = (this.#last ??= { at, count: 0 });
    if (this.#again !== undefined && (at < last.at || (at === last.at && this.#again-- > 0))) return true;
    this.#again = undefined;
    if (at > last.at) this.#last = { at, count: 1 };
    else if (at === last.at) last.count++;
    return false;
  }
}
