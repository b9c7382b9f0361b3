import { createGlobalOptions } from './options.js';
import type { CommandSpec } from '../command.js';

/** The words before `--`; the rest is the application's. */
export function beforeDashes(words: readonly string[]): readonly string[] {
  const cut = words.indexOf('--');
  return cut === -1 ? words : words.slice(0, cut);
}

/** The words that are neither a flag nor the value of a global one: the first name the command. */
export function bareWords(words: readonly string[]): readonly string[] {
  const own = beforeDashes(words);
  return own.filter((word, index) => !word.startsWith('-') && !takesNext(own[index - 1] ?? ''));
}

/** Both names of an entry, each of one or two words. */
export function namesOf({ name, alias }: CommandEntry): readonly string[] {
  return alias === undefined ? [name] : [name, alias];
}

/** `cluster`, if there is a `cluster resize`. */
export function familiesOf(entries: readonly CommandEntry[]): readonly string[] {
  const nested = entries.flatMap(namesOf).filter((name) => name.includes(' '));
  return [...new Set(nested.map((name) => name.split(' ')[0] ?? ''))];
}

/** The entry that the words call. After `help` it is the explained entry, or help itself with its topics. */
export function findNamed(words: readonly string[], entries: readonly CommandEntry[]): CommandEntry | undefined {
  const bare = bareWords(words);
  return (bare[0] === 'help' ? findEntry(bare.slice(1), entries) : undefined) ?? findEntry(bare, entries);
}

function findEntry(
  [first = '', second = '']: readonly string[],
  entries: readonly CommandEntry[],
): CommandEntry | undefined {
  const find = (name: string): CommandEntry | undefined => entries.find((entry) => namesOf(entry).includes(name));
  return find(`${first} ${second}`) ?? find(first);
}

/** `-o`, `--context`, and `-vo`, whose last letter takes a value. */
function takesNext(word: string): boolean {
  const flag = /^-[a-z]+$/.test(word) ? `-${word.slice(-1)}` : word;
  return createGlobalOptions().some((option) => option.required && (option.short === flag || option.long === flag));
}

export interface CommandEntry {
  /** One word, or two in a family: `cluster resize`. */
  readonly name: string;
  /** Another name for the same command, of one or two words. */
  readonly alias?: string | undefined;
  readonly summary: string;
  readonly group: 'Run' | 'Applications' | 'Cluster' | 'Namespaces' | 'Images' | 'Services' | 'Machine';
  readonly load: () => Promise<CommandSpec>;
}
