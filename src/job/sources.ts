import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { JobMain, OwnSources, SourceText, SparkJob } from './job.js';

export const noSources: OwnSources = { texts: [], tooLarge: [] };

/**
 * What a program is written in, read once for a run. A Python program brings along the sources of `--py-files FOLDER`, and each
 * module or package next to it, in its package's root or in its project, whose name occurs in it or in a module that comes along.
 * Names instead of imports because programs also write `import_module(f'jobs.{name}')`.
 */
export async function readSources({
  main,
  pyFolders,
  arguments: words,
}: Pick<SparkJob, 'main' | 'pyFolders' | 'arguments'>): Promise<OwnSources> {
  const program = listProgramFiles(main);
  const own = await Promise.all(program.map(async (path) => ({ path, text: await readText(path) })));
  const open = [...own.map(({ text }) => text), ...words, ('module' in main && main.module) || ''];
  const modules = new Map<string, SourceText>();
  const tooLarge: string[] = [];
  const add = async (root: string, path: string): Promise<void> => {
    const module = path.slice(root.length + 1);
    if (modules.has(module)) return;
    const text = await readText(path);
    modules.set(module, { path, text, module });
    open.push(text);
  };
  for (const folder of pyFolders) for (const path of await listModules(folder)) await add(folder, path);
  const candidates = await listCandidates(('roots' in main && main.roots) || [], program);
  for (let text = open.pop(); text !== undefined && candidates.size > 0; text = open.pop())
    for (const name of new Set(text.match(/[\p{L}_][\p{L}\p{N}_]*/gu))) {
      const path = candidates.get(name);
      if (path === undefined) continue;
      candidates.delete(name);
      const files = path.endsWith('.py') ? [path] : await listModules(path);
      if (await isTooMuch([...[...modules.values()].map((module) => module.path), ...files])) tooLarge.push(path);
      else for (const file of files) await add(dirname(path), file);
    }
  const sorted = [...modules].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, source]) => source);
  return { texts: [...own, ...sorted], tooLarge };
}

/** The program's own files first, on this machine; a jar is not read. */
function listProgramFiles(main: JobMain): readonly string[] {
  if ('source' in main) return [main.source, ...(('siblings' in main && main.siblings) || [])];
  return 'at' in main && main.at.where === 'here' && main.kind !== 'jar' ? [main.at.path] : [];
}

/** A missing file is reported with the job's other files. */
async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** A project's own sources; more is a library, and belongs into an image. */
const mostFiles = 2000;
const mostBytes = 20e6;

async function isTooMuch(files: readonly string[]): Promise<boolean> {
  if (files.length > mostFiles) return true;
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0) > mostBytes;
}

/** Only what Python could import. */
const notModules = /^(\.|__pycache__$|node_modules$|site-packages$|venv$|env$)/;

/** Name → file or folder; the first root wins, as on Python's path. */
async function listCandidates(roots: readonly string[], program: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const root of roots)
    for (const entry of await readdir(root, { withFileTypes: true }).catch(() => [])) {
      const isFolder = entry.isDirectory() && !notModules.test(entry.name);
      if (!isFolder && (!entry.isFile() || extname(entry.name) !== '.py')) continue;
      const path = join(root, entry.name);
      const name = basename(entry.name, '.py');
      if (!program.includes(path) && !found.has(name)) found.set(name, path);
    }
  return found;
}

/** All Python sources below, without virtual environments and links. */
async function listModules(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === 'pyvenv.cfg')) return [];
  const below = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return notModules.test(entry.name) ? [] : await listModules(path);
      return entry.isFile() && entry.name.endsWith('.py') ? [path] : [];
    }),
  );
  return below.flat();
}
