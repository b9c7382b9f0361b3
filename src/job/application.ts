import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import {
  type AppOrigin,
  type AppSettings,
  type Settings,
  configInvalid,
  limitList,
  noSettings,
} from '../config/settings.js';
import { suggestNearest } from '../config/suggest.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Directories } from '../ports/host.js';
import type { JobMain, Language } from './job.js';
import { findMain, isProgramFile } from './program-kinds.js';
import { noProgram } from './no-program.js';
import { readLocation, type SourceFiles } from './program-sources.js';
import { findModule } from './python-program.js';
import { isThere } from '../files/paths.js';
import { quoteArgv } from '../errors/quote-argv.js';

export type Application = JobMain & { readonly name: string };

/** What the call says about the application besides its name. */
export interface AskedApplication {
  readonly lang?: Language | undefined;
  /** `--class`. */
  readonly mainClass?: string | undefined;
  /** The name is a module, as of `python -m`. */
  readonly module?: boolean | undefined;
}

/**
 * A name from spark-dev.yaml or of a folder below examples/, else the path of a file or folder that exists, or a URL. A name is
 * only ever compared, never made part of a path. A language from a flag or from the entry is strict; `lang` of the settings only
 * decides between two forms. Throws APP_UNKNOWN, USAGE or CONFIG_INVALID.
 */
export async function findApplication(
  directories: Directories,
  name: string,
  { lang: asked, mainClass, module }: AskedApplication = {},
  { apps, origins, lang: preferred }: Pick<Settings, 'apps' | 'origins' | 'lang'> = noSettings,
): Promise<Application> {
  if (module === true) return { name: name.slice(name.lastIndexOf('.') + 1), ...(await findModule(name, directories)) };
  const examples = await listExamples(directories);
  const places = new Map<string, AppPlace>(Object.entries(examples).map(([folder, path]) => [folder, { path }]));
  for (const [own, app] of Object.entries(apps)) places.set(own, app);
  const place = places.get(name) ?? (await findPath(directories.working, name));
  if (place === undefined) throw unknownApplication(name, [...places.keys()]);
  const sources = await listSources(place.path).catch((cause: unknown) => {
    throw notThere(name, place.path, origins, cause);
  });
  const both = ['.scala', '.py'].every((ending) => sources.files.some((file) => file.endsWith(ending)));
  const wanted = asked ?? place.lang ?? (both ? preferred : undefined);
  const adviseFile = (path: string): string => adviseProgram(directories, name, origins[name], path);
  const main = await findMain(directories, sources, wanted, { mainClass: mainClass ?? place.main, adviseFile });
  if (main === undefined) throw await noProgram(name, sources, wanted, adviseFile);
  // a project is called after its folder, not after its build file
  const path = main.kind === 'project' ? main.folder : place.path;
  return { name: places.has(name) ? name : basename(path, extname(path)), ...main };
}

/** Checks that a path has something to run before an entry names it; throws USAGE. URLs and image paths are not checked. */
export async function requireSource(
  directories: Directories,
  path: string,
  wanted?: Language,
  mainClass?: string,
): Promise<void> {
  const sources = await listSources(path).catch(() => undefined);
  if (sources === undefined)
    throw new SparkDevError('USAGE', `No such file or folder: ${path}`, {
      why: 'An entry needs an existing file, or a folder with one.',
      fix: ['--path jobs/etl.py'],
    });
  const adviseFile = (file: string): string => `--path ${relative(directories.working, file)}`;
  const main = await findMain(directories, sources, wanted, { mainClass, adviseFile });
  if (main === undefined) throw await noProgram(path, sources, wanted, adviseFile);
}

function adviseProgram({ working }: Directories, name: string, origin: AppOrigin | undefined, path: string): string {
  if (origin === undefined) return quoteArgv(['spark-dev', 'run', relative(working, path)]);
  return `path: ${relative(dirname(origin.file), path)}   # apps.${name} in ${origin.file}`;
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

async function findPath(working: string, name: string): Promise<AppPlace | undefined> {
  if (/^[a-z][a-z0-9+.-]+:\//i.test(name)) return { path: name };
  const path = resolve(working, name);
  return name !== '' && (await isThere(path)) ? { path } : undefined;
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
