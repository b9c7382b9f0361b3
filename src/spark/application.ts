import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AppSettings, Settings } from '../config/settings.js';
import { noSettings } from '../config/settings.js';
import { suggestNearest } from '../config/suggest.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Directories } from '../ports/host.js';

export const languages = ['scala', 'python'] as const;
export type Language = (typeof languages)[number];

export type Application =
  | { readonly name: string; readonly language: 'scala'; readonly source: string; readonly mainClass: string }
  | { readonly name: string; readonly language: 'python'; readonly source: string };

/**
 * An application is a folder with one Scala file, whose name is the main class, or one Python file, or both: below
 * examples/, or where spark-dev.yaml says, there also the file itself. The name is only ever compared, never made part of
 * a path. The language that was asked for, or that the application names, is meant strictly; the file's own `lang` is a
 * preference where there is a choice.
 */
export async function findApplication(
  directories: Directories,
  name: string,
  asked?: Language,
  { apps, lang: preferred }: Pick<Settings, 'apps' | 'lang'> = noSettings,
): Promise<Application> {
  const examples = join(directories.package, 'examples');
  const folders = (await readdir(examples, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const places = new Map<string, Place>(folders.map(({ name: folder }) => [folder, { path: join(examples, folder) }]));
  for (const [own, app] of Object.entries(apps)) places.set(own, app);
  const place = places.get(name);
  if (place === undefined) throw unknownApplication(name, [...places.keys()]);
  const files = await listSources(name, place.path);
  const scala = files.find((file) => file.endsWith('.scala'));
  const python = files.find((file) => file.endsWith('.py'));
  const both = scala !== undefined && python !== undefined;
  const wanted = asked ?? place.lang ?? (both ? preferred : undefined);
  if (scala !== undefined && wanted !== 'python') {
    return { name, language: 'scala', source: scala, mainClass: place.main ?? basename(scala, '.scala') };
  }
  if (python !== undefined && wanted !== 'scala') return { name, language: 'python', source: python };
  throw new SparkDevError('USAGE', `${name} has no form in ${wanted ?? 'a language that can be run'}`, {
    fix: [`spark-dev run ${name}`],
  });
}

type Place = Pick<AppSettings, 'path' | 'main' | 'lang'>;

async function listSources(name: string, path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    return (await readdir(path)).map((file) => join(path, file));
  } catch (cause) {
    throw new SparkDevError('CONFIG_INVALID', `The application ${name} is not where spark-dev.yaml says`, {
      why: cause instanceof Error ? cause.message : String(cause),
      fix: [`Correct apps.${name}.path`],
      cause,
    });
  }
}

export function unknownApplication(name: string, known: readonly string[]): SparkDevError {
  const nearest = suggestNearest(name, known);
  return new SparkDevError('APP_UNKNOWN', `There is no application ${JSON.stringify(name.slice(0, 200))}`, {
    why: `Known are: ${known.join(', ')}`,
    fix: [nearest === undefined ? `spark-dev run ${known[0] ?? ''}` : `Did you mean: spark-dev run ${nearest}`],
    facts: { known, ...(nearest === undefined ? {} : { nearest }) },
  });
}
