import { stat } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import type { CommandInput, OptionSpec } from '../command.js';
import type { Host } from '../ports/host.js';
import { slugify } from '../text/words.js';
import { isMap, parseDocument } from 'yaml';

export const newAppOptions = [
  { flags: '--path <path>', description: 'source file, or a folder with one; relative to the current folder' },
  { flags: '--class <name>', description: 'main class, if it is not named like the file' },
  { flags: '--from <file>', description: 'a SparkApplication of a Spark operator, or a file like spark-defaults.conf' },
  { flags: '--lang <language>', description: 'language, if the folder has two forms', choices: ['scala', 'python'] },
] as const satisfies readonly OptionSpec[];

interface NewApp {
  readonly name: string;
  readonly app: Readonly<Record<string, unknown>>;
}

const nameForm = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/;

/** Always asks for required values. At a terminal it also offers the optional ones; Enter skips them. */
export async function askNewApp(
  host: Host,
  { args, options, passthrough, global }: CommandInput<typeof newAppOptions>,
  folder: string,
  from: { readonly name?: string | undefined; readonly entry: Readonly<Record<string, unknown>> } = { entry: {} },
): Promise<NewApp> {
  const { ui } = host;
  const asks = ui.interactive && !global.yes;
  const name =
    args[0] ??
    from.name ??
    (await ui.input({
      message: 'Name of the application',
      flag: 'spark-dev overlay new NAME --path PATH',
      preferred: slugify(basename(folder), 50) || 'app',
      check: (word) => (nameForm.test(word) ? undefined : 'use lower-case letters, digits and dashes'),
    }));
  const { entry } = from;
  const path =
    options.path ??
    (typeof entry['path'] === 'string' ? entry['path'] : undefined) ??
    (await ui.input({ message: 'Source: a .scala or .py file, or a folder with one', flag: '--path', preferred: '.' }));
  const found = await stat(resolve(host.directories.working, path)).catch(() => undefined);
  const lang = options.lang ?? (asks && found?.isDirectory() === true ? await askLanguage(host) : undefined);
  const mayBeScala = lang !== 'python' && !path.endsWith('.py');
  const main =
    options.class ??
    (asks && mayBeScala ? await askFor(host, 'Main class, if it is not named like the file', '--class') : undefined);
  const words =
    passthrough.length > 0 || !asks
      ? passthrough
      : splitWords((await askFor(host, 'Arguments, separated by spaces', '--')) ?? '');
  const said = {
    path: place(host.directories.working, folder, path),
    main,
    lang,
    args: words.length === 0 ? undefined : words,
  };
  const own = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return { name, app: { ...entry, ...own } };
}

/** Relative to the file, with `/` on every system; URLs and image paths stay as they are. */
function place(working: string, folder: string, path: string): string {
  if (/^[a-z][a-z0-9+.-]*:\//.test(path)) return path;
  const placed = relative(folder, resolve(working, path)) || '.';
  return isAbsolute(placed) ? placed : placed.split(sep).join('/');
}

async function askLanguage({ ui }: Host): Promise<string | undefined> {
  const choices = [
    { value: 'either', label: 'Any' },
    { value: 'scala', label: 'Scala' },
    { value: 'python', label: 'Python' },
  ] as const;
  const chosen = await ui.select({ message: 'Language', flag: '--lang', preferred: 'either', choices });
  return chosen === 'either' ? undefined : chosen;
}

async function askFor({ ui }: Host, message: string, flag: string): Promise<string | undefined> {
  const answer = (await ui.input({ message, flag, preferred: '' })).trim();
  return answer === '' ? undefined : answer;
}

/** Quoted words stay together. */
function splitWords(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

/** For editors; test/laws/settings-schema.test.ts keeps it fresh. */
const schemaLine = '# yaml-language-server: $schema=https://unpkg.com/spark-dev/schemas/spark-dev.schema.json';

/**
 * The text of a settings file with one application added or replaced; comments and everything else stay. A new file starts with a
 * schema reference for editors. The given text must have been parsed without problems.
 */
export function addApp(before: string | undefined, name: string, app: Readonly<Record<string, unknown>>): string {
  const isNew = before === undefined || before.trim() === '';
  const document = parseDocument(isNew ? 'version: 1\n' : before);
  // an `apps:` with nothing below it is not a mapping yet
  if (!isMap(document.get('apps'))) document.set('apps', document.createNode({}));
  const apps = document.get('apps');
  if (isMap(apps) && apps.items.length === 0) apps.flow = false;
  document.setIn(['apps', name], document.createNode(app));
  const text = document.toString({ lineWidth: 0 });
  return isNew ? `${schemaLine}\n${text}` : text;
}
