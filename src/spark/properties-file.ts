import type { Argv } from '../ports/runner.js';

type Properties = Readonly<Record<string, string>>;

/** In the format of java.util.Properties, ASCII only: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Properties.html */
export function propertiesText(properties: Properties): string {
  return Object.entries(properties)
    .map(([key, value]) => `${escape(key, /[ \t\f=:#!\\]/g)}=${escape(value, /^[ \t\f]|\\/g)}\n`)
    .join('');
}

/** Parses what java.util.Properties would load, such as spark-defaults.conf; the last value of a key counts, as in Java. */
export function readProperties(text: string): Properties {
  const lines: string[] = [];
  let begun = '';
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r\n|[\n\r]/)) {
    const line = raw.replace(/^[ \t\f]+/, '');
    if (begun === '' && /^([#!]|$)/.test(line)) continue;
    const whole = begun + line;
    // an odd number of backslashes: the line continues
    const isOpen = (/\\+$/.exec(line)?.[0].length ?? 0) % 2 === 1;
    begun = isOpen ? whole.slice(0, -1) : '';
    if (!isOpen) lines.push(whole);
  }
  const pairs = [...lines, begun].flatMap((line) => {
    const [, key = '', value = ''] = /^((?:[^\\=: \t\f]|\\.)*)[ \t\f]*[=:]?[ \t\f]*(.*)$/s.exec(line) ?? [];
    return key === '' ? [] : [[unescape(key), unescape(value)] as const];
  });
  return Object.fromEntries(pairs);
}

function unescape(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, unit: string | undefined, character = '') => {
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
