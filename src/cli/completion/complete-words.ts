import type { CommandSpec } from '../../command.js';
import type { Host } from '../../ports/host.js';
import type { CommandEntry } from '../command-entry.js';
import { familiesOf, findNamed, namesOf } from '../named-words.js';
import { createGlobalOptions, createOption, isRepeatable } from '../options.js';
import { listLiveValues } from './live-values.js';

/** Candidates for the last word; none if the shell should complete files. */
export async function completeWords(
  words: readonly string[],
  entries: readonly CommandEntry[],
  host: Host,
): Promise<readonly string[]> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  // the rest belongs to the application
  if (before.includes('--')) return [];
  const entry = findNamed(before, entries);
  const spec = await entry?.load();
  const options = [...(spec?.options ?? []).map(createOption), ...createGlobalOptions()];
  const valuesOf = async (flag: string): Promise<readonly string[] | undefined> => {
    const option = options.find(({ required, long, short }) => required && (long === flag || short === flag));
    return option === undefined ? undefined : (option.argChoices ?? listLiveValues(host, option.long ?? flag));
  };
  const assigned = /^(--[^=]+=)/.exec(current)?.[1];
  const values =
    assigned === undefined
      ? await valuesOf(before.at(-1) ?? '')
      : (await valuesOf(assigned.slice(0, -1)))?.map((value) => assigned + value);
  if (values !== undefined) return startingWith(current, values);
  if (current.startsWith('-')) {
    const fresh = options.filter(({ long, description }) => description !== '' && !before.includes(long ?? ''));
    const flags = [...fresh, ...options.filter(isRepeatable)].flatMap(({ long }) => long ?? []);
    return startingWith(current, [...flags, '--help', ...(entry === undefined ? ['--version'] : [])]);
  }
  const bare = before.filter((word, index) => {
    const above = before[index - 1] ?? '';
    return !word.startsWith('-') && !options.some((one) => one.required && (one.long === above || one.short === above));
  });
  const names = nextNames(bare[0] === 'help' ? bare.slice(1) : bare, entries);
  const answers = bare[0] === 'help' && bare.length === 1 ? [...names, ...(await listLiveValues(host, 'help'))] : names;
  if (answers.length > 0 || spec === undefined || entry === undefined) return startingWith(current, answers);
  const called = namesOf(entry).find((name) => `${bare.join(' ')} `.startsWith(`${name} `)) ?? spec.name;
  const given = bare.slice(called.split(' ').length);
  return startingWith(
    current,
    (await listArgument(host, spec, given)).filter((value) => !given.includes(value)),
  );
}

/** The first words of all names, or the second words of a family. */
function nextNames(bare: readonly string[], entries: readonly CommandEntry[]): readonly string[] {
  const names = entries.flatMap(namesOf);
  if (bare.length === 0) return names.map((name) => name.split(' ')[0] ?? '');
  const [first = ''] = bare;
  if (bare.length > 1 || !familiesOf(entries).includes(first)) return [];
  return names.flatMap((name) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []));
}

function listArgument(host: Host, spec: CommandSpec, given: readonly string[]): Promise<readonly string[]> {
  const all = spec.arguments ?? [];
  const name = (all[given.length] ?? all.findLast((argument) => argument.name.includes('...')))?.name;
  return name === undefined ? Promise.resolve([]) : listLiveValues(host, `${spec.name} ${name}`, name);
}

function startingWith(current: string, words: readonly string[]): readonly string[] {
  return [...new Set(words)].filter((word) => word.startsWith(current)).toSorted();
}
