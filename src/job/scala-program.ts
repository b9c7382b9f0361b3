import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { limitList } from '../config/settings.js';
import { isFile, listFiles } from '../files/paths.js';
import type { JobMain } from './job.js';
import type { ProgramSources } from './program-sources.js';
import { readScala, type ScalaSource } from './scala-source.js';

type ScalaMain = Extract<JobMain, { kind: 'scala' }>;

interface ScalaFile extends ScalaSource {
  readonly path: string;
}

/** A folder's files are compiled together; a file brings along those of its folder and package that it needs. */
export async function chooseScala({ paths, folder, mainClass }: ProgramSources): Promise<ScalaMain> {
  const [path = ''] = paths;
  const usual = basename(path, '.scala');
  // a missing file is reported by the compiler
  if (folder === undefined && !(await isFile(path)))
    return { kind: 'scala', source: path, mainClass: mainClass ?? usual };
  const files = await Promise.all(paths.map(readFileOf));
  const main = mainClass ?? chooseClass(files, folder ?? path);
  const source = files.find((file) => file.mains.includes(main) || file.extending.includes(main)) ?? files[0];
  const others =
    folder === undefined
      ? await findNeeded(files, await listNeighbours(files[0]))
      : paths.filter((one) => one !== source?.path);
  return {
    kind: 'scala',
    source: source?.path ?? path,
    mainClass: main,
    ...(others.length === 0 ? {} : { siblings: others }),
  };
}

async function readFileOf(path: string): Promise<ScalaFile> {
  return { path, ...readScala(await readFile(path, 'utf8')) };
}

/** The only main object; with several, the one that is named like the file. */
function chooseClass(files: readonly ScalaFile[], from: string): string {
  const mains = files.flatMap((file) => file.mains);
  const candidates = mains.length > 0 ? mains : files.flatMap((file) => file.extending);
  const [only, ...more] = candidates;
  const named = candidates.filter((one) => one.split('.').at(-1) === basename(from, '.scala'));
  if (named.length === 1 && named[0] !== undefined) return named[0];
  if (only === undefined) {
    // a class from a macro, or none: Spark will tell
    const prefix = files[0]?.package ?? '';
    return `${prefix === '' ? '' : `${prefix}.`}${basename(files[0]?.path ?? '', '.scala')}`;
  }
  if (more.length === 0) return only;
  throw new SparkDevError('USAGE', `Several main objects in ${basename(from)}`, {
    why: `Each of these has a main method: ${limitList(candidates).join(', ')}`,
    fix: candidates.slice(0, 3).map((one) => `--class ${one}`),
    facts: { classes: candidates },
  });
}

const mostNeighbours = 500;

/** The other files of its folder, and of its source tree where the folders are named like the packages. */
async function listNeighbours(file: ScalaFile | undefined): Promise<readonly string[]> {
  if (file === undefined) return [];
  const own = dirname(file.path);
  const inside = file.package.replaceAll('.', '/');
  const isTree = inside !== '' && own.endsWith(`/${inside}`);
  const found = isTree
    ? await listFiles(own.slice(0, -inside.length - 1))
    : (await readdir(own)).map((one) => join(own, one));
  return found.filter((one) => one.endsWith('.scala') && one !== file.path).slice(0, mostNeighbours);
}

/** Those that define what these use and do not define themselves, directly or through each other. */
async function findNeeded(files: readonly ScalaFile[], neighbours: readonly string[]): Promise<readonly string[]> {
  const read = await Promise.all(neighbours.map(readFileOf));
  // where two define the same, one that is no program
  const left = new Set([
    ...read.filter((one) => one.mains.length === 0),
    ...read.filter((one) => one.mains.length > 0),
  ]);
  const taken = [...files];
  const defined = new Set(files.flatMap((file) => [...file.defined]));
  for (const file of taken)
    for (const other of left) {
      const names = [...other.defined];
      // a program of its own often repeats what this one defines
      if (!names.some((one) => file.words.has(one)) || names.some((one) => defined.has(one))) continue;
      left.delete(other);
      taken.push(other);
      for (const one of names) defined.add(one);
    }
  return taken
    .slice(files.length)
    .map(({ path }) => path)
    .sort();
}
