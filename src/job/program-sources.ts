import { basename, isAbsolute } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { limitList } from '../config/settings.js';
import type { FileLocation } from './job.js';

export interface SourceFiles {
  /** Undefined if the path is a file. */
  readonly folder: string | undefined;
  readonly files: readonly string[];
}

/** The files of one kind among which the user chose: one file, or those of a folder. */
export interface ProgramSources {
  /** Absolute paths in alphabetical order, or one URL; never empty. */
  readonly paths: readonly string[];
  /** Undefined if the file itself was named. */
  readonly folder: string | undefined;
  readonly mainClass: string | undefined;
  readonly working: string;
  readonly userHome: string;
  /** What the user would write to name this file instead: a command, or a line of spark-dev.yaml. */
  readonly adviseFile: (path: string) => string;
}

/** Refuses to guess among several. */
export function severalPrograms(
  { folder = '', adviseFile }: Pick<ProgramSources, 'folder' | 'adviseFile'>,
  paths: readonly string[],
): SparkDevError {
  const shown = paths.map((path) => path.slice(folder.length + 1));
  return new SparkDevError('USAGE', `Several programs in ${basename(folder)}`, {
    why: `Each of these could be the one: ${limitList(shown).join(', ')}`,
    fix: paths.slice(0, 3).map(adviseFile),
    facts: { programs: paths },
  });
}

/** For kinds of which a folder has one file; throws USAGE for several. */
export function onlyProgram(sources: ProgramSources): string {
  const [only = '', ...others] = sources.paths;
  if (others.length > 0) throw severalPrograms(sources, sources.paths);
  return only;
}

/** `local:///in/the/image`, a URL, or a path of this machine. */
export function readLocation(location: string): FileLocation {
  const inside = /^local:(?:\/\/)?(\/.*)$/.exec(location)?.[1];
  if (inside !== undefined) return { where: 'image', path: inside };
  const here = /^file:(?:\/\/)?(\/.*)$/.exec(location)?.[1] ?? location;
  return isAbsolute(here) ? { where: 'here', path: here } : { where: 'remote', url: location };
}
