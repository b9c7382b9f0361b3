import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { halfMadeName } from './half-made.js';

type Sizes = Readonly<Record<string, number>>;

/** Stored next to the folder, since its contents belong to others. */
function sizesFile(folder: string): string {
  return `${folder}.sizes`;
}

/** Sizes of all files, to detect damage without reading everything. */
export async function noteSizes(folder: string): Promise<void> {
  const part = halfMadeName(sizesFile(folder));
  await writeFile(part, JSON.stringify(Object.fromEntries(await listSizes(folder))));
  await rename(part, sizesFile(folder));
}

async function listSizes(folder: string): Promise<readonly (readonly [string, number])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => [relative(folder, file), (await stat(file)).size] as const));
}

/** The first missing or truncated file, as a message; undefined if none is, or no sizes were recorded. */
export async function findDamage(folder: string): Promise<string | undefined> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) return undefined;
  const noted = await readFile(sizesFile(folder), 'utf8').catch(() => '{}');
  const looked = await Promise.all(
    Object.entries(parse(noted)).map(async ([file, size]) => {
      const path = join(folder, file);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) return `${path} is missing`;
      return found.size === size ? undefined : `${path} has ${String(found.size)} bytes instead of ${String(size)}`;
    }),
  );
  return looked.find((damage) => damage !== undefined);
}

/** A broken record proves nothing about the folder. */
function parse(text: string): Sizes {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Sizes) : {};
  } catch {
    return {};
  }
}
