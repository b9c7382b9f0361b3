import type { Argv } from '../ports/runner.js';

type Properties = Readonly<Record<string, string>>;

/** In the format of java.util.Properties, ASCII only: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Properties.html */
export function propertiesText(properties: Properties): string {
  return Object.entries(properties)
    .map(([key, value]) => `${escape(key, /[ \t\f=:#!\\]/g)}=${escape(value, /^[ \t\f]|\\/g)}\n`)
    .join('');
}

/** Parses a text of `propertiesText`; the last value of a key counts, as in Java. */
export function readProperties(text: string): Properties {
  const pairs = text.split('\n').flatMap((line) => {
    const [, key = '', value] = /^((?:[^=\\]|\\.)*)=(.*)$/.exec(line) ?? [];
    return value === undefined ? [] : [[unescape(key), unescape(value)] as const];
  });
  return Object.fromEntries(pairs);
}

function unescape(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-f]{4})|(.))/g, (_, unit: string | undefined, character = '') => {
    if (unit !== undefined) return String.fromCharCode(parseInt(unit, 16));
    return Object.keys(named).find((one) => named[one] === `\\${String(character)}`) ?? String(character);
  });
}

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' };

function escape(text: string, special: RegExp): string {
  return text
    .replaceAll(special, (character) => named[character] ?? `\\${character}`)
    .replaceAll(/[^ -~]/g, (unit) => named[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Spark trims blanks around a value, but not line breaks. */
export function isTrimmed(value: string): boolean {
  return [value.at(0), value.at(-1)].some((end = '-') => end <= ' ' && end !== '\n' && end !== '\r');
}

/** For `java @FILE`: https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html#java-command-line-argument-files */
export function argumentFileText(words: Argv): string {
  return words
    .map((word) => `"${word.replaceAll(/[\\"\n\r\t\f]/g, (character) => named[character] ?? `\\${character}`)}"\n`)
    .join('');
}
