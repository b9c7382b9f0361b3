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

export type SourceLanguage = 'python' | 'scala';

/** The program's own file, where it is a Python or Scala source of this machine. */
export async function readOwnSource(
  main: JobMain,
): Promise<(SourceText & { readonly language: SourceLanguage }) | undefined> {
  const path =
    main.kind === 'scala' ? main.source : main.kind === 'python' && main.at.where === 'here' ? main.at.path : undefined;
  if (path === undefined) return undefined;
  const text = await readFile(path, 'utf8').catch(() => '');
  return { path, text, language: main.kind === 'scala' ? 'scala' : 'python' };
}

const strings = String.raw`"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`;
const comments = { python: String.raw`#[^\n]*`, scala: String.raw`//[^\n]*|/\*[\s\S]*?\*/` };

/** Pure: the first literal behind one of the setters, which are a pattern, outside comments and other strings. */
export function findLiteral(
  { text, language }: { readonly text: string; readonly language: SourceLanguage },
  setters: string,
): { readonly value: string; readonly line: number } | undefined {
  const literal = String.raw`${setters}\s*["']([^"'\n]+)["']`;
  const tokens = new RegExp([literal, comments[language], strings].join('|'), 'g');
  for (const { 1: value, index } of text.matchAll(tokens))
    if (value !== undefined) return { value, line: text.slice(0, index).split('\n').length };
  return undefined;
}

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
