/** Makes foreign text harmless within one of our lines: drops escape sequences and control characters except the tab. */
export function stripControls(text: string): string {
  return new ControlFilter({ keeps: '\t', allows: () => false }).pass(text);
}

/** An application may colour its text and rewrite its line. Everything else is dropped. */
export function createTerminalFilter(): ControlFilter {
  return new ControlFilter({
    keeps: '\t\n\r',
    allows: (sequence) => /^\[[\d;:]*m$/.test(sequence) || /^\[[0-2]?K$/.test(sequence),
  });
}

interface Passing {
  /** The control characters that stay. */
  readonly keeps: string;
  /** The sequence without its ESC. */
  readonly allows: (sequence: string) => boolean;
}

/** After ESC; in a control sequence; in a string (OSC, DCS, APC, PM, SOS); after ESC in a string. */
type State = 'text' | 'escape' | 'sequence' | 'string' | 'string-escape';

const longestSequence = 64;

/**
 * Reads text like a terminal, in pieces of any length. A sequence is held back until it is complete, so one that is split across
 * pieces cannot slip through, and an unfinished one is never shown. A line end always ends it, so nothing more is lost.
 */
class ControlFilter {
  readonly #passing: Passing;
  #state: State = 'text';
  #held = '';

  constructor(passing: Passing) {
    this.#passing = passing;
  }

  pass(text: string): string {
    if (this.#state === 'text' && !mayControl.test(text)) return text;
    let shown = '';
    for (const character of text) shown += this.#take(character);
    return shown;
  }

  #take(character: string): string {
    const code = character.charCodeAt(0);
    const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    switch (this.#state) {
      case 'text':
        return isControl ? this.#control(character) : character;
      case 'string-escape':
        if (character !== '\\') return this.#escape(character);
        this.#state = 'text';
        return '';
      case 'string':
        if (character === '\u001b') this.#state = 'string-escape';
        else if (character === '\u0007' || isC1(code) || isAbort(character)) return this.#control(character);
        return '';
      case 'escape':
        return isControl ? this.#control(character) : this.#escape(character);
      case 'sequence':
        return isControl ? this.#control(character) : this.#sequence(character, code);
    }
  }

  /** Drops an unfinished sequence; a control character ends it. */
  #control(character: string): string {
    const begun = {
      '\u001b': '',
      '\u009b': '[',
      '\u0090': 'P',
      '\u0098': 'X',
      '\u009d': ']',
      '\u009e': '^',
      '\u009f': '_',
    }[character];
    this.#state = 'text';
    if (begun === '') this.#state = 'escape';
    else if (begun !== undefined) return this.#escape(begun);
    return this.#passing.keeps.includes(character) ? character : '';
  }

  #escape(character: string): string {
    const code = character.charCodeAt(0);
    this.#held = character;
    if (character === '[' || (code >= 0x20 && code <= 0x2f)) this.#state = 'sequence';
    else if (']PX^_'.includes(character)) this.#state = 'string';
    else if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return this.#control(character);
    else this.#state = 'text';
    return '';
  }

  #sequence(character: string, code: number): string {
    // an intermediate right after ESC is followed by one more character from 0x30 on
    const isLast = this.#held.startsWith('[') ? code >= 0x40 : code >= 0x30;
    if (this.#held.length < longestSequence) this.#held += character;
    if (!isLast) return '';
    this.#state = 'text';
    return this.#passing.allows(this.#held) ? `\u001b${this.#held}` : '';
  }
}

// eslint-disable-next-line no-control-regex -- these are what it looks for
const mayControl = /[\u0000-\u001f\u007f-\u009f]/;

function isC1(code: number): boolean {
  return code >= 0x80 && code <= 0x9f;
}

/** A line end, CAN and SUB make a terminal abort a sequence. */
function isAbort(character: string): boolean {
  return '\n\u0018\u001a'.includes(character);
}
