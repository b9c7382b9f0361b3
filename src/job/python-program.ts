import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { isFile, isThere, isOpenToAll } from '../files/paths.js';
import type { JobMain } from './job.js';
import { readLocation, severalPrograms, type ProgramSources } from './program-sources.js';

type PythonMain = Extract<JobMain, { kind: 'python' }>;
type Around = Pick<ProgramSources, 'working' | 'userHome'>;

const usualNames = ['__main__.py', 'main.py'];
const startsSpark = /\b(SparkSession|SparkContext)\b|__name__\s*==\s*['"]__main__['"]/;

/** The program of a folder: `__main__.py`, else `main.py`, else the only file that starts Spark or has a main block. */
export async function choosePython(sources: ProgramSources): Promise<PythonMain | undefined> {
  const { paths, folder } = sources;
  if (folder === undefined) return readPython(paths[0] ?? '', sources);
  const usual = usualNames.map((name) => paths.find((path) => basename(path) === name)).find(Boolean);
  if (usual !== undefined) return readPython(usual, sources);
  const candidates = paths.filter((path) => !isHelperFile(path));
  const texts = await Promise.all(candidates.map((path) => readFile(path, 'utf8')));
  const starting = candidates.filter((_, index) => startsSpark.test(texts[index] ?? ''));
  const [only, ...others] = candidates.length === 1 || starting.length === 0 ? candidates : starting;
  if (only === undefined) return undefined;
  if (others.length > 0) throw severalPrograms(sources, [only, ...others]);
  return readPython(only, sources);
}

/** A package's own file, tests and their set-up are never the program of a folder. */
export function isHelperFile(path: string): boolean {
  return /^(__init__|setup|conftest|test_.*|.*_test)\.py$/.test(basename(path));
}

/** The module of `python -m NAME`, from the working folder or its src/; throws USAGE if there is none. */
export async function findModule(name: string, around: Around): Promise<PythonMain> {
  const parts = name.split('.');
  for (const root of [around.working, join(around.working, 'src')])
    for (const path of [`${join(root, ...parts)}.py`, join(root, ...parts, '__main__.py')])
      if (parts.every((part) => part !== '') && (await isFile(path))) return asModule(path, root, around);
  throw new SparkDevError('USAGE', `There is no Python module ${name}`, {
    why: `Neither ${around.working} nor its src/ has ${parts.join('/')}.py or ${parts.join('/')}/__main__.py.`,
    fix: ['Run it from the folder that contains the package: spark-dev run -m package.job'],
  });
}

const relativeImport = /^[ \t]*from[ \t]+\./m;

/** A file with relative imports runs as a module of its package: Python refuses them in a plain script. */
export async function readPython(path: string, around: Around): Promise<PythonMain> {
  const at = readLocation(path);
  // a missing file is reported with the job's other files
  const text = at.where === 'here' ? await readFile(at.path, 'utf8').catch(() => undefined) : undefined;
  if (at.where !== 'here' || text === undefined) return { kind: 'python', at };
  const own = dirname(at.path);
  if (relativeImport.test(text)) {
    const ownPackage = await findPackageRoot(own);
    const outer = (await findProjects(own, around)).find((folder) => folder !== own);
    const root = ownPackage === own ? outer : ownPackage;
    if (root !== undefined) return asModule(at.path, root, around);
  }
  return { kind: 'python', at, roots: await listRoots([own, await findPackageRoot(own)], own, around) };
}

async function asModule(path: string, root: string, around: Around): Promise<PythonMain> {
  const module = relative(root, path)
    .replace(/(\/__main__)?\.py$/, '')
    .replaceAll(sep, '.');
  // as with `python -m`, the package's own folder is not on the path: its modules could hide Python's
  return { kind: 'python', at: readLocation(path), roots: await listRoots([root], dirname(path), around), module };
}

async function listRoots(first: readonly string[], own: string, around: Around): Promise<readonly string[]> {
  const projects = await findProjects(own, around);
  const inside = projects.map((root) => join(root, 'src'));
  const there = await Promise.all(inside.map(isThere));
  return [...new Set([...first, ...projects, ...inside.filter((_, index) => there[index])])];
}

/** The first folder above that is not a package itself. */
async function findPackageRoot(folder: string): Promise<string> {
  return (await isThere(join(folder, '__init__.py'))) ? findPackageRoot(dirname(folder)) : folder;
}

const rootMarks = ['pyproject.toml', 'setup.cfg', 'setup.py', 'Pipfile', '.git', 'spark-dev.yaml'];

export async function isProjectRoot(folder: string, marks: readonly string[] = rootMarks): Promise<boolean> {
  return (await Promise.all(marks.map((name) => isThere(join(folder, name))))).includes(true);
}

/** The project of a file, by its usual files, and the working folder if the file is below it; never the home folder, or /tmp. */
async function findProjects(own: string, { working, userHome }: Around): Promise<readonly string[]> {
  const found: string[] = [];
  let hasMarks = false;
  for (let folder = own; folder !== userHome && dirname(folder) !== folder; folder = dirname(folder)) {
    if (folder !== own && (await isOpenToAll(folder))) break;
    const isMarked: boolean = !hasMarks && (await isProjectRoot(folder, [...rootMarks, 'requirements.txt']));
    if (isMarked || folder === working) found.push(folder);
    hasMarks ||= isMarked;
  }
  return found;
}
