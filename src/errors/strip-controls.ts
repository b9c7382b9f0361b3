/** Makes foreign text harmless within one of our lines: drops escape sequences and control characters except the tab. */
export function stripControls(text: string): string {
  return createFilter('\t', () => false).pass(text);
}

/** An application may colour its text and rewrite its line. Everything else is dropped. */
export function createTerminalFilter(): ControlFilter {
  const isColour = (parameters: string, last: string): boolean => last === 'm' && /^[\d;:]*$/.test(parameters);
  const isErase = (parameters: string, last: string): boolean => last === 'K' && /^[0-2]?$/.test(parameters);
  return createFilter('\t\n\r', (...sequence) => isColour(...sequence) || isErase(...sequence));
}

interface ControlFilter {
  readonly pass: (text: string) => string;
}

const longestSequence = 64;

/**
 * As a terminal reads them: a control sequence; a string (OSC, DCS, APC, PM, SOS), which ends with its terminator, a line end, CAN
 * or SUB; another escape sequence; a control character alone. The last character of a sequence is missing if a control character
 * aborts it, or the text ends.
 */
const control =
  // eslint-disable-next-line no-control-regex -- these are what it looks for
  /(?:\u001b\[|\u009b)([ -?]*)([^\p{Cc} -?])?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\n\u0018\u001a\u001b\u0080-\u009f]*|\u001b[ -/]*([^\p{Cc} -/])?|(\p{Cc})/gu;

/**
 * Reads text in pieces of any length. A sequence is held back until it is complete, so one that is split across pieces cannot slip
 * through, and an unfinished one is never shown. A line end always ends it, so nothing more is lost.
 */
function createFilter(keeps: string, allows: (parameters: string, last: string) => boolean): ControlFilter {
  let held = '';
  const pass = (piece: string): string => {
    const text = held + piece;
    held = '';
    type Group = string | undefined;
    const show = (token: string, parameters: Group, last: Group, lastOfOther: Group, alone: Group, at: number) => {
      const isOver = (last ?? lastOfOther ?? alone) !== undefined || at + token.length < text.length;
      if (!isOver) held = token.slice(0, longestSequence + 2);
      if (parameters === undefined || last === undefined)
        return alone !== undefined && keeps.includes(alone) ? alone : '';
      return parameters.length < longestSequence - 1 && allows(parameters, last) ? `\u001b[${parameters}${last}` : '';
    };
    return text.replaceAll(control, show);
  };
  return { pass };
}
