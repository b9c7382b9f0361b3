import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isFile } from '../../files/paths.js';
import type { JobMain } from '../job.js';
import { onlyProgram, type ProgramSources } from '../program-sources.js';

/** The source with the main class, or with the one asked for. The name of a public class is that of its file. */
export async function readJavaMain(sources: ProgramSources): Promise<JobMain> {
  const { paths, mainClass: asked } = sources;
  const read = await Promise.all(
    paths.map(async (source) => {
      const text = await readFile(source, 'utf8');
      const mainClass = [packageOf(text) ?? [], basename(source, '.java')].flat().join('.');
      return { source, mainClass, hasMain: /\bstatic\s+(\w+\s+)*void\s+main\s*\(/.test(text) };
    }),
  );
  const mains = read.filter((one) => (asked === undefined ? one.hasMain : one.mainClass === asked));
  const source = onlyProgram({ ...sources, paths: (mains.length > 0 ? mains : read).map((one) => one.source) });
  return { kind: 'java', source, mainClass: asked ?? read.find((one) => one.source === source)?.mainClass ?? '' };
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
