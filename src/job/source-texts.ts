import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileSize } from '../files/paths.js';
import type { JobMain } from './job.js';

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** Larger files are data, whatever their ending. */
const largestSource = 1024 * 1024;
const mostSources = 200;

/** The program's own file, and the Python modules beside it or in the working folder that it imports; none of a jar. */
export async function readSources(main: JobMain, working: string): Promise<readonly SourceText[]> {
  const first = main.kind === 'scala' ? main.source : 'at' in main && main.at.where === 'here' ? main.at.path : '';
  if (first === '' || main.kind === 'jar') return [];
  const found = new Map<string, string>();
  const open = [first];
  for (let path = open.shift(); path !== undefined && found.size < mostSources; path = open.shift()) {
    if (found.has(path) || ((await fileSize(path)) ?? Infinity) > largestSource) continue;
    const text = await readFile(path, 'utf8').catch(() => '');
    found.set(path, text);
    if (main.kind === 'python') open.push(...listImported(text, [dirname(path), dirname(first), working]));
  }
  return [...found].map(([path, text]) => ({ path, text }));
}

/** Where the modules may be that a text imports. */
function listImported(text: string, folders: readonly string[]): readonly string[] {
  const modules = [
    ...text.matchAll(/^[ \t]*(?:from[ \t]+\.*([\w.]+)[ \t]+import[ \t(]+(\w+)?|import[ \t]+([\w.]+))/gm),
  ];
  return modules.flatMap(([, from, member, plain]) => {
    const inside = (from ?? plain ?? '').split('.');
    const paths = [inside, ...(member === undefined ? [] : [[...inside, member]])];
    return [...new Set(folders)].flatMap((folder) =>
      paths.flatMap((names) => [`${join(folder, ...names)}.py`, join(folder, ...names, '__init__.py')]),
    );
  });
}
