import { createHash } from 'node:crypto';
import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { isThere } from '../files/paths.js';
import type { Directories, Host } from '../ports/host.js';
import { slugify } from '../text/words.js';
import { complete, halfMadeName } from '../toolchain/half-made.js';
import type { SparkJob } from './job.js';
import { packZip, type ZipEntry } from './pack-zip.js';

/** A project's own sources; more is a library, and belongs into an image. */
const mostFiles = 2000;
const mostBytes = 20e6;

/** Only what Python could import. */
const notModules = /^(\.|__pycache__$|node_modules$|site-packages$|venv$|env$)/;

interface OwnModules {
  /** Sorted; `to` is the place on Python's path. */
  readonly files: readonly ZipEntry[];
  /** Left out: too large. */
  readonly cut: readonly string[];
}

/**
 * The sources that a Python program brings along: those of `--py-files FOLDER`, and each module or package next to it, in its
 * package's root or in its project, whose name occurs in the program or in a module that comes along. Names instead of imports
 * because programs also write `import_module(f'jobs.{name}')`.
 */
export async function listOwnModules({ main, pyFolders, arguments: words }: SparkJob): Promise<OwnModules> {
  const found = new Map<string, string>();
  for (const folder of pyFolders) for (const file of await listModules(folder)) add(found, folder, file);
  if (main.kind !== 'python' || main.at.where !== 'here') return { files: sorted(found), cut: [] };
  const candidates = await listCandidates(main.roots ?? [], main.at.path);
  const cut: string[] = [];
  const texts = [await readFile(main.at.path, 'utf8').catch(() => ''), ...words, main.module ?? ''];
  for (let text = texts.pop(); text !== undefined; text = texts.pop())
    for (const name of new Set(text.match(/[\p{L}_][\p{L}\p{N}_]*/gu))) {
      const path = candidates.get(name);
      if (path === undefined) continue;
      candidates.delete(name);
      const files = path.endsWith('.py') ? [path] : await listModules(path);
      if (await isTooMuch([...found.values(), ...files])) cut.push(path);
      else
        for (const file of files) {
          add(found, dirname(path), file);
          texts.push(await readFile(file, 'utf8'));
        }
    }
  return { files: sorted(found), cut };
}

function add(found: Map<string, string>, root: string, file: string): void {
  const to = file.slice(root.length + 1);
  if (!found.has(to)) found.set(to, file);
}

function sorted(found: ReadonlyMap<string, string>): readonly ZipEntry[] {
  return [...found].map(([to, from]) => ({ from, to })).sort((one, other) => (one.to < other.to ? -1 : 1));
}

async function isTooMuch(files: readonly string[]): Promise<boolean> {
  if (files.length > mostFiles) return true;
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0) > mostBytes;
}

/** Name → file or folder; the first root wins, as on Python's path. */
async function listCandidates(roots: readonly string[], program: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const root of roots)
    for (const entry of await readdir(root, { withFileTypes: true }).catch(() => [])) {
      const isFolder = entry.isDirectory() && !notModules.test(entry.name);
      if (!isFolder && (!entry.isFile() || extname(entry.name) !== '.py')) continue;
      const path = join(root, entry.name);
      const name = basename(entry.name, '.py');
      if (path !== program && !found.has(name)) found.set(name, path);
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

/** Where these sources are or will be as one archive, named by their content; undefined if there are none. */
export async function archivePath(
  { directories }: Pick<Host, 'directories'>,
  name: string,
  files: readonly ZipEntry[],
): Promise<string | undefined> {
  if (files.length === 0) return undefined;
  const contents = await Promise.all(files.map(async ({ from, to }) => [to, await readFile(from, 'latin1')]));
  return modulePath(directories, `${name}.zip`, JSON.stringify(contents));
}

export async function packModules(files: readonly ZipEntry[], archive: string): Promise<void> {
  if (await isThere(archive)) return;
  const part = halfMadeName(archive);
  try {
    await packZip(files, part);
    await complete(part, archive);
  } finally {
    await rm(part, { force: true });
  }
}

/** What Spark runs in place of a module, since it takes only files: as `python -m` does it; the private function is the one that Python itself calls. */
export function starterText(module: string): string {
  return `import runpy, sys
if not getattr(sys.flags, 'safe_path', False):
    del sys.path[0]
runpy._run_module_as_main(${JSON.stringify(module)})
`;
}

export function modulePath({ cache }: Directories, name: string, content: string): string {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const ending = extname(name);
  return join(cache, 'modules', `${slugify(basename(name, ending), 50) || 'app'}-${hash}${ending}`);
}
