import { maskArgv } from '../secrets/mask.js';

/** Shows argv in POSIX shell syntax, without its secrets. For display only: nothing is ever run through a shell. */
export function quoteArgv(argv: readonly string[]): string {
  return joinWords(maskArgv(argv));
}

/** For a program that splits one string into words as a shell does. */
export function joinWords(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
