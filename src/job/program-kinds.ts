import { basename, dirname, isAbsolute } from 'node:path';
import { noResource } from '../config/place-app.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { readJavaMain } from './build/java-source.js';
import { buildFiles } from './build/project.js';
import { refusedKinds } from './build/refused-kinds.js';
import { languages, type FileLocation, type JobMain, type Language } from './job.js';

/** The files of one kind among which the user chose: one file, or those of a folder. */
export interface ProgramSources {
  /** Absolute paths in alphabetical order, or one URL; never empty. */
  readonly paths: readonly string[];
  /** Undefined if the file itself was named. */
  readonly folder: string | undefined;
  readonly mainClass: string | undefined;
}

/** One kind of program: which files are one, and how they become what a job runs. */
interface ProgramKind {
  /** Endings (`.py`) or whole names (`pom.xml`), in lower case. */
  readonly files: readonly string[];
  /** The values of `--lang` that accept it. */
  readonly languages: readonly Language[];
  /** Throws USAGE with the next step for a program that cannot run as it is. */
  readonly toMain: (sources: ProgramSources) => Promise<JobMain>;
}

/** Where a folder has several, the first kind wins. */
const programKinds: readonly ProgramKind[] = [
  {
    files: [noResource],
    languages,
    toMain: ({ mainClass }) =>
      mainClass === undefined ? Promise.reject(noClass()) : Promise.resolve({ kind: 'class', mainClass }),
  },
  ...Object.entries(buildFiles).map(([file, tool]): ProgramKind => ({
    files: [file],
    languages: ['scala'],
    toMain: ({ paths: [path = ''], mainClass }) =>
      Promise.resolve({ kind: 'project', tool, folder: dirname(path), mainClass }),
  })),
  {
    files: ['.scala'],
    languages: ['scala'],
    toMain: ({ paths: [source = ''], mainClass = basename(source, '.scala') }) =>
      Promise.resolve({ kind: 'scala', source, mainClass }),
  },
  {
    files: ['.java'],
    languages: ['scala'],
    toMain: ({ paths, mainClass }) => readJavaMain(paths, mainClass),
  },
  {
    files: ['.py'],
    languages: ['python'],
    toMain: ({ paths: [path = ''] }) => Promise.resolve({ kind: 'python', at: readLocation(path) }),
  },
  {
    files: ['.ipynb'],
    languages: ['python'],
    toMain: ({ paths: [path = ''] }) => Promise.resolve({ kind: 'python', at: readLocation(path) }),
  },
  {
    files: ['.sql'],
    languages: [],
    toMain: ({ paths: [source = ''] }) => Promise.resolve({ kind: 'sql', source }),
  },
  {
    files: ['.jar'],
    languages: ['scala'],
    toMain: ({ paths: [path = ''], mainClass }) => Promise.resolve({ kind: 'jar', at: readLocation(path), mainClass }),
  },
  {
    files: ['.r'],
    languages: [],
    toMain: ({ paths: [path = ''] }) => Promise.resolve({ kind: 'r', at: readLocation(path) }),
  },
  ...refusedKinds.map(({ files, explain }): ProgramKind => ({
    files,
    languages,
    toMain: ({ paths: [path = ''] }) => Promise.reject(explain(path)),
  })),
];

function noClass(): SparkDevError {
  return new SparkDevError('USAGE', `${noResource} needs a main class`, {
    why: 'It names no file, only a class that is already on the class path.',
    fix: ['main: org.acme.Etl   # next to path: in spark-dev.yaml'],
  });
}

function isOfKind({ files }: ProgramKind, path: string): boolean {
  const name = basename(path).toLowerCase();
  return files.some((one) => (one.startsWith('.') ? name.endsWith(one) && name !== one : name === one));
}

/** Undefined if no kind that `wanted` accepts has a file among these. */
export async function findMain(
  files: readonly string[],
  wanted: Language | undefined,
  choice: Omit<ProgramSources, 'paths'>,
): Promise<JobMain | undefined> {
  for (const kind of programKinds) {
    const paths = files.filter((file) => isOfKind(kind, file)).toSorted();
    if (paths.length > 0 && (wanted === undefined || kind.languages.includes(wanted)))
      return kind.toMain({ ...choice, paths });
  }
  return undefined;
}

/** Whether a word has the name of a program's file. */
export function isProgramFile(name: string): boolean {
  return name !== noResource && programKinds.some((kind) => isOfKind(kind, name));
}

/** `local:///in/the/image`, a URL, or a path of this machine. */
export function readLocation(location: string): FileLocation {
  const inside = /^local:(?:\/\/)?(\/.*)$/.exec(location)?.[1];
  if (inside !== undefined) return { where: 'image', path: inside };
  const here = /^file:(?:\/\/)?(\/.*)$/.exec(location)?.[1] ?? location;
  return isAbsolute(here) ? { where: 'here', path: here } : { where: 'remote', url: location };
}
