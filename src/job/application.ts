import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { type AppSettings, type Settings, configInvalid, limitList, noSettings } from '../config/settings.js';
import { suggestNearest } from '../config/suggest.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Directories } from '../ports/host.js';
import type { JobMain, Language } from './job.js';
import { findMain, isProgramFile, readLocation } from './program-kinds.js';
import { isFile } from '../files/paths.js';

export type Application = JobMain & { readonly name: string };

/**
 * An application is a folder with one Scala file, whose name is the main class, or one Python file, or both: below examples/, or
 * at a path from spark-dev.yaml, which may also be a file, a jar, something in the image, or a URL. Any other word that looks like
 * a file is that file. A name is only ever compared, never made part of a path. A language from a flag or from the entry is
 * strict; `lang` of the settings only decides between two forms.
 */
export async function findApplication(
  directories: Directories,
  name: string,
  asked?: Language,
  { apps, origins, lang: preferred }: Pick<Settings, 'apps' | 'origins' | 'lang'> = noSettings,
): Promise<Application> {
  const examples = await listExamples(directories);
  const places = new Map<string, AppPlace>(Object.entries(examples).map(([folder, path]) => [folder, { path }]));
  for (const [own, app] of Object.entries(apps)) places.set(own, app);
  const place = places.get(name) ?? (await findFile(directories.working, name));
  if (place === undefined) throw unknownApplication(name, [...places.keys()]);
  const called = places.has(name) ? name : basename(name, extname(name));
  const { folder, files } = await listSources(place.path).catch((cause: unknown) => {
    throw notThere(name, place.path, origins, cause);
  });
  const both = ['.scala', '.py'].every((ending) => files.some((file) => file.endsWith(ending)));
  const wanted = asked ?? place.lang ?? (both ? preferred : undefined);
  const main = await findMain(files, wanted, { folder, mainClass: place.main });
  if (main !== undefined) return { name: called, ...main };
  throw noForm(name, wanted);
}

/** Checks that a path has something to run before an entry names it; throws USAGE. URLs and image paths are not checked. */
export async function requireSource(path: string, wanted?: Language, mainClass?: string): Promise<void> {
  const sources = await listSources(path).catch(() => undefined);
  if (sources === undefined)
    throw new SparkDevError('USAGE', `No such file or folder: ${path}`, {
      why: 'An entry needs an existing file, or a folder with one.',
      fix: ['--path jobs/etl.py'],
    });
  if ((await findMain(sources.files, wanted, { folder: sources.folder, mainClass })) === undefined)
    throw noForm(path, wanted);
}

function noForm(name: string, wanted: Language | undefined): SparkDevError {
  return new SparkDevError('USAGE', `${name} has no form in ${wanted ?? 'a supported language'}`, {
    why: 'Use a .scala, .py, .jar or .R file, or a folder with one.',
    fix: [wanted === undefined ? 'Name the file itself: spark-dev run jobs/etl.py' : 'Leave out --lang'],
  });
}

/** Name → folder. Excludes the applications of verify, which are in folders below. */
export async function listExamples(directories: Directories): Promise<Readonly<Record<string, string>>> {
  const home = join(directories.package, 'examples');
  const entries = await readdir(home, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const files = await Promise.all(folders.map((folder) => readdir(join(home, folder))));
  const runnable = folders.filter((_, index) =>
    files[index]?.some((file) => ['.scala', '.py'].includes(extname(file))),
  );
  return Object.fromEntries(runnable.map((name) => [name, join(home, name)]));
}

type AppPlace = Pick<AppSettings, 'path' | 'main' | 'lang'>;

/** An application may be given as a file. */
async function findFile(working: string, name: string): Promise<AppPlace | undefined> {
  if (!isProgramFile(name)) return undefined;
  if (/^(local|https?):\//.test(name)) return { path: name };
  const path = resolve(working, name);
  return (await isFile(path)) ? { path } : undefined;
}

interface SourceFiles {
  /** Undefined if the path is a file. */
  readonly folder: string | undefined;
  readonly files: readonly string[];
}

async function listSources(path: string): Promise<SourceFiles> {
  if (readLocation(path).where !== 'here' || !(await stat(path)).isDirectory())
    return { folder: undefined, files: [path] };
  return { folder: path, files: (await readdir(path)).map((file) => join(path, file)) };
}

function notThere(name: string, path: string, origins: Settings['origins'], cause: unknown): unknown {
  const origin = origins[name];
  if (origin === undefined) return cause;
  const where = ['apps', name, 'path'];
  const message = `no such file or folder: ${path}`;
  return configInvalid(origin.file, [{ path: where.join('.'), message, ...origin.locate(where) }]);
}

export function unknownApplication(name: string, known: readonly string[]): SparkDevError {
  const nearest = suggestNearest(name, known);
  const isFile = isProgramFile(name);
  const ofName = [
    `spark-dev run ${known[0] ?? ''}`,
    'For a file of your own: spark-dev run PATH/TO/app.py, .scala, .jar or .R',
  ];
  const ofFile = ['Name an existing file; paths are relative to the current folder'];
  const unlike = isFile ? ofFile : ofName;
  return new SparkDevError('APP_UNKNOWN', `There is no application ${JSON.stringify(name.slice(0, 200))}`, {
    why: `${isFile ? 'No such file. ' : ''}Available: ${limitList(known).join(', ')}`,
    fix: nearest === undefined ? unlike : [`Did you mean: spark-dev run ${nearest}`],
    facts: { known, ...(nearest === undefined ? {} : { nearest }) },
  });
}

export interface KnownApplication {
  readonly name: string;
  readonly from: 'examples' | 'spark-dev.yaml';
}

/** Every name that `run` accepts; an application in spark-dev.yaml hides an example with that name. */
export async function listApplications(
  directories: Directories,
  { apps }: Pick<Settings, 'apps'>,
): Promise<readonly KnownApplication[]> {
  const examples = Object.keys(await listExamples(directories)).filter((name) => apps[name] === undefined);
  return [
    ...Object.keys(apps).map((name): KnownApplication => ({ name, from: 'spark-dev.yaml' })),
    ...examples.map((name): KnownApplication => ({ name, from: 'examples' })),
  ].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Throws APP_UNKNOWN with the nearest name; does not check whether its files exist. */
export async function requireApplication(
  directories: Directories,
  settings: Pick<Settings, 'apps'>,
  name: string,
): Promise<KnownApplication> {
  const known = await listApplications(directories, settings);
  const found = known.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = known.map((one) => one.name);
  throw unknownApplication(name, names);
}
