import { open, readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { isFile } from '../files/paths.js';
import { limitList } from '../config/settings.js';
import type { Language } from './job.js';
import { isProgramFile } from './program-kinds.js';
import type { SourceFiles } from './program-sources.js';
import { isHelperFile } from './python-program.js';

/** A path that exists, but has no program: USAGE with the next step. */
export async function noProgram(
  shown: string,
  { folder, files }: SourceFiles,
  wanted: Language | undefined,
  adviseFile: (path: string) => string,
): Promise<SparkDevError> {
  const below = folder === undefined ? files.filter(isProgramFile) : await listPrograms(folder);
  if (wanted !== undefined && below.length > 0)
    return new SparkDevError('USAGE', `${shown} has no form in ${wanted}`, {
      why: `It has ${limitList(below.map((file) => basename(file))).join(', ')}.`,
      fix: ['Leave out --lang'],
    });
  if (folder === undefined) return noProgramFile(shown, files[0] ?? '');
  if (below.length === 0)
    return new SparkDevError('USAGE', `No program in ${shown}`, {
      why: `Neither it nor its subfolders have ${programEndings}.`,
      fix: ['Name the file itself: spark-dev run jobs/etl.py'],
    });
  return new SparkDevError('USAGE', `${shown} is a folder, and none of its own files is a program`, {
    why: `Its subfolders have ${limitList(below.map((file) => file.slice(folder.length + 1))).join(', ')}.`,
    fix: below.slice(0, 3).map(adviseFile),
    facts: { programs: below },
  });
}

const programEndings = 'a .scala, .py, .jar or .R file';

/** What to do with files that people take for programs. */
const advice: Readonly<Record<string, (name: string) => readonly [why: string, ...fix: string[]]>> = {
  '.whl': (name) => ['It is a Python package, which a program imports.', `spark-dev run job.py --with ${name}`],
  '.egg': (name) => ['It is a Python package, which a program imports.', `spark-dev run job.py --py-files ${name}`],
  '.zip': (name) => ['It is an archive, which a program uses.', `spark-dev run job.py --py-files ${name}`],
  '.sh': () => ['It is a shell script.', 'Run the program that it submits: spark-dev run jobs/etl.py -- ARGUMENTS'],
  '.kt': (name) => [
    'It is Kotlin source, which must be compiled with its runtime first.',
    `kotlinc ${name} -include-runtime -d ${basename(name, '.kt')}.jar`,
    `spark-dev run ${basename(name, '.kt')}.jar --class ${kotlinClass(name)}`,
  ],
  '.class': () => ['It is one compiled class.', 'Pack it into a jar: jar --create --file app.jar -C classes .'],
};

/** The class of a file's functions. */
function kotlinClass(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${basename(name, '.kt').slice(1)}Kt`;
}

async function noProgramFile(shown: string, path: string): Promise<SparkDevError> {
  const name = basename(path);
  const ending = extname(path).toLowerCase();
  const known = advice[ending];
  const [why, ...fix] =
    known !== undefined
      ? known(name)
      : ending === '' && (await looksLikePython(path))
        ? [
            'It looks like Python, and Spark recognizes Python by the ending .py.',
            `${quoteArgv(['cp', shown, `${shown}.py`])} && ${quoteArgv(['spark-dev', 'run', `${shown}.py`])}`,
          ]
        : [
            `Spark recognizes a program by its ending, and this is not ${programEndings}.`,
            'Name the program itself: spark-dev run jobs/etl.py',
          ];
  return new SparkDevError('USAGE', `${shown} is not a program for Spark`, { why, fix });
}

async function looksLikePython(path: string): Promise<boolean> {
  // opening a pipe would wait for its writer
  const file = (await isFile(path)) ? await open(path, 'r').catch(() => undefined) : undefined;
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0);
    return /^#!.*python|^(import|from) \w+/m.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}

const deepest = 4;
const notSearched = /^(\.|node_modules$|__pycache__$|venv$|site-packages$|target$|build$|dist$)/;

/** Programs in subfolders, nearest first. */
async function listPrograms(folder: string, depth = 0): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const own = entries.filter((entry) => entry.isFile() && isProgramFile(entry.name) && !isHelperFile(entry.name));
  const folders = entries.filter((entry) => entry.isDirectory() && !notSearched.test(entry.name) && depth < deepest);
  const below = await Promise.all(folders.map(({ name }) => listPrograms(join(folder, name), depth + 1)));
  return [...own.map(({ name }) => join(folder, name)), ...below.flat()].slice(0, 200);
}
