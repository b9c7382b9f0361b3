import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isFile, isOpenToAll } from '../../files/paths.js';
import type { JobMain, OwnSources, PythonRequirements, SparkJob } from '../job.js';
import { isProjectRoot } from '../python-program.js';
import { findLiteral } from '../literals.js';

export const noRequirements: PythonRequirements = { named: [], files: [], projects: [] };

export function needsPackages({ named, files, projects }: PythonRequirements): boolean {
  return named.length + files.length + projects.length > 0;
}

/**
 * What is asked for by name, and the requirements file: the given one, else that of the program's project, which is looked for
 * from the program's folder up to its project's root. `none` means no file.
 */
export async function findRequirements(
  main: JobMain,
  {
    with: words = [],
    requirements,
  }: { readonly with?: readonly string[] | undefined; readonly requirements?: string | undefined },
): Promise<PythonRequirements> {
  const named = joinSpecifiers(words);
  if (requirements === 'none') return { ...noRequirements, named };
  const isHere = main.kind === 'python' && main.at.where === 'here';
  const file = requirements ?? (isHere ? await findFile(dirname(main.at.path)) : undefined);
  if (file === undefined) return { ...noRequirements, named };
  return file.endsWith('.toml') ? { named, files: [], projects: [file] } : { named, files: [file], projects: [] };
}

/** A comma separates two packages, or two conditions of one: `pandas>=2,<3`. */
function joinSpecifiers(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const word of words) {
    const last = joined.at(-1);
    const isInside = last !== undefined && (/^\s*[<>=!~]/.test(word) || /\[[^\]]*$/.test(last));
    if (isInside) joined[joined.length - 1] = `${last},${word}`;
    else joined.push(word);
  }
  return joined;
}

async function findFile(folder: string): Promise<string | undefined> {
  const requirements = join(folder, 'requirements.txt');
  if (await wantsMore(requirements)) return requirements;
  const project = join(folder, 'pyproject.toml');
  if (/^\s*dependencies\s*=/m.test(await readFile(project, 'utf8').catch(() => ''))) return project;
  const above = dirname(folder);
  const isTop = above === folder || (await isProjectRoot(folder)) || (await isOpenToAll(above));
  return isTop ? undefined : findFile(above);
}

/** Most files name Spark alone, which the image has. */
async function wantsMore(path: string): Promise<boolean> {
  if (!(await isFile(path))) return false;
  const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.replace(/(^|\s)#.*/, '').trim());
  return lines.some((line) => line !== '' && !/^(pyspark|py4j)\b(?!-)/i.test(line));
}

/**
 * `spark.jars.packages` as a program sets it in its session's builder. `python app.py` heeds it there, because the JVM starts
 * after that; spark-submit does not.
 */
export function findPackagesInSource({ texts: [source] }: OwnSources): Readonly<Record<string, string>> {
  const packages = source && findLiteral(source, String.raw`["']spark\.jars\.packages["']\s*,`);
  return packages === undefined ? {} : { 'spark.jars.packages': packages.value };
}

/** What a dry run says of it. */
export function describePackages({ conf, requirements }: Pick<SparkJob, 'conf' | 'requirements'>): readonly string[] {
  const { named, files, projects } = requirements;
  const python = [...named, ...files, ...projects].join(', ');
  const jars = conf['spark.jars.packages'];
  return [
    ...(jars === undefined ? [] : [`resolve with Ivy, once: ${jars}`]),
    ...(python === '' ? [] : [`resolve with pip, once: ${python}`]),
  ];
}
