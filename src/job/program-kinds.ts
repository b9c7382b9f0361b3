import { basename, dirname } from 'node:path';
import { noResource } from '../config/place-app.js';
import type { Directories } from '../ports/host.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { languages, type JobMain, type Language } from './job.js';
import { onlyProgram, readLocation, type ProgramSources, type SourceFiles } from './program-sources.js';
import { choosePython, readPython } from './python-program.js';
import { readJavaMain } from './build/java-source.js';
import { findMainClass } from './read-jar.js';
import { buildFiles } from './build/project.js';
import { chooseScala } from './scala-program.js';

/** One kind of program: which files are one, and how they become what a job runs. */
interface ProgramKind {
  /** Endings (`.py`) or whole names (`pom.xml`), in lower case. */
  readonly files: readonly string[];
  /** The values of `--lang` that accept it. */
  readonly languages: readonly Language[];
  /** Throws USAGE with the next step for a program that cannot run as it is; undefined if these files are none. */
  readonly toMain: (sources: ProgramSources) => Promise<JobMain | undefined>;
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
    files: ['build.gradle', 'build.gradle.kts'],
    languages: ['scala'],
    toMain: ({ paths: [path = ''] }) => Promise.reject(explainGradle(path)),
  },
  {
    files: ['.scala'],
    languages: ['scala'],
    toMain: chooseScala,
  },
  {
    files: ['.java'],
    languages: ['scala'],
    toMain: readJavaMain,
  },
  {
    files: ['.py'],
    languages: ['python'],
    toMain: choosePython,
  },
  {
    files: ['.ipynb'],
    languages: ['python'],
    toMain: async (sources) => readPython(onlyProgram(sources), sources),
  },
  {
    files: ['.sql'],
    languages: [],
    toMain: (sources) => Promise.resolve({ kind: 'sql', source: onlyProgram(sources) }),
  },
  {
    files: ['.jar'],
    languages: ['scala'],
    toMain: async ({ paths: [path = ''], mainClass }) => {
      const at = readLocation(path);
      // Spark does not read the manifest of a jar in the image
      const isNamed = mainClass !== undefined || at.where !== 'here';
      return { kind: 'jar', at, mainClass: isNamed ? mainClass : await findMainClass(at.path) };
    },
  },
  {
    files: ['.r'],
    languages: [],
    toMain: ({ paths: [path = ''] }) => Promise.resolve({ kind: 'r', at: readLocation(path) }),
  },
];

function noClass(): SparkDevError {
  return new SparkDevError('USAGE', `${noResource} needs a main class`, {
    why: 'It names no file, only a class that is already on the class path.',
    fix: ['main: org.acme.Etl   # next to path: in spark-dev.yaml'],
  });
}

function explainGradle(path: string): SparkDevError {
  return new SparkDevError('USAGE', `${basename(dirname(path))} is a Gradle project, which spark-dev does not build`, {
    why: 'spark-dev builds projects of Maven and sbt only.',
    fix: [
      `Build the jar: ${quoteArgv(['cd', dirname(path)])} && ./gradlew build`,
      'Then run it: spark-dev run build/libs/NAME.jar --class org.acme.Main',
    ],
  });
}

function isOfKind({ files }: ProgramKind, path: string): boolean {
  const name = basename(path).toLowerCase();
  return files.some((one) => (one.startsWith('.') ? name.endsWith(one) && name !== one : name === one));
}

/** Undefined if no kind that `wanted` accepts has a program among these. */
export async function findMain(
  { working, userHome }: Pick<Directories, 'working' | 'userHome'>,
  { folder, files }: SourceFiles,
  wanted: Language | undefined,
  how: Pick<ProgramSources, 'mainClass' | 'adviseFile'>,
): Promise<JobMain | undefined> {
  for (const kind of programKinds) {
    const paths = files.filter((file) => isOfKind(kind, file)).toSorted();
    if (paths.length === 0 || (wanted !== undefined && !kind.languages.includes(wanted))) continue;
    const main = await kind.toMain({ ...how, working, userHome, folder, paths });
    if (main !== undefined) return main;
  }
  return undefined;
}

/** Whether a word has the name of a program's file. */
export function isProgramFile(name: string): boolean {
  return name !== noResource && programKinds.some((kind) => isOfKind(kind, name));
}
