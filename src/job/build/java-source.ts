import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { limitList } from '../../config/settings.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { isFile } from '../../files/paths.js';
import type { JobMain } from '../job.js';

type JavaMain = Extract<JobMain, { kind: 'scala' | 'java' }>;

/** The source with the main class. The name of a public class is that of its file; throws USAGE if several files have one. */
export async function readJavaMain(paths: readonly string[], asked: string | undefined): Promise<JavaMain> {
  const read = await Promise.all(
    paths.map(async (source) => {
      const text = await readFile(source, 'utf8');
      const home = packageOf(text);
      const mainClass = [...(home === undefined ? [] : [home]), basename(source, '.java')].join('.');
      return { source, mainClass, hasMain: /\bstatic\s+(final\s+)?void\s+main\s*\(/.test(text) };
    }),
  );
  const fitting =
    asked === undefined ? read.filter(({ hasMain }) => hasMain) : read.filter((one) => one.mainClass === asked);
  const [chosen = read.length === 1 ? read[0] : undefined, ...others] = fitting;
  if (chosen !== undefined && others.length === 0)
    return { kind: 'java', source: chosen.source, mainClass: asked ?? chosen.mainClass };
  const named = fitting.length > 0 ? fitting : read;
  throw new SparkDevError('USAGE', `${basename(dirname(paths[0] ?? ''))} has several Java files`, {
    why: `${String(fitting.length)} of them have a main method: ${limitList(named.map(({ source }) => basename(source))).join(', ')}.`,
    fix: [`Name the file itself: spark-dev run ${named[0]?.source ?? ''}`],
  });
}

function packageOf(text: string): string | undefined {
  return /^\s*package\s+([\w.]+)\s*;/m.exec(text)?.[1];
}

/** The folder in which packages are folders, as far as the names of the folders say so. */
export async function findSourceRoot(source: string): Promise<string> {
  const own = dirname(source);
  const home = packageOf(await readFile(source, 'utf8'))?.replaceAll('.', '/');
  return home !== undefined && own.endsWith(`/${home}`) ? own.slice(0, -home.length - 1) : own;
}

/** The source first, then the files of its package and those that they import, in a fixed order. */
export async function listJavaSources(source: string): Promise<readonly string[]> {
  const root = await findSourceRoot(source);
  const found = new Set([source]);
  const folders = new Set<string>();
  const addFolder = async (folder: string): Promise<void> => {
    if (folders.has(folder)) return;
    folders.add(folder);
    const names = await readdir(folder).catch(() => []);
    for (const name of names.toSorted()) if (name.endsWith('.java')) found.add(join(folder, name));
  };
  for (const file of found) {
    await addFolder(dirname(file));
    for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(/^\s*import\s+(?:static\s+)?([\w.]+)/gm)) {
      const path = join(root, ...name.split('.'));
      const files = [`${path}.java`, `${dirname(path)}.java`];
      for (const one of files) if (await isFile(one)) found.add(one);
      if (name.endsWith('.')) await addFolder(path);
    }
  }
  return [...found];
}
