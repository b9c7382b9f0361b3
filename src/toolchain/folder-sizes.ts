import { stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileSize, listFiles } from '../files/paths.js';
import { readJson } from '../files/read-json.js';
import type { Host } from '../ports/host.js';
import { complete, removeAtOnce, unlessThere, writeWhole } from './half-made.js';

/** Stored next to the folder, since its contents belong to others. */
function sizesFile(folder: string): string {
  return `${folder}.sizes`;
}

/** Gives a filled folder its name, unless a concurrent run was faster, and notes its sizes. */
export async function completeFolder(part: string, folder: string): Promise<void> {
  await complete(part, folder)
    .then(() => noteSizes(folder))
    .catch(unlessThere(folder));
}

/** Sizes of all files, to detect damage without reading everything. */
export async function noteSizes(folder: string): Promise<void> {
  const files = await listFiles(folder);
  const sizes = await Promise.all(files.map(async (file) => [relative(folder, file), await fileSize(file)]));
  await writeWhole(sizesFile(folder), JSON.stringify(Object.fromEntries(sizes)));
}

/** The first missing or truncated file, as a message; undefined if none is, or no sizes were recorded. */
export async function findDamage(folder: string): Promise<string | undefined> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) return undefined;
  // a broken record proves nothing about the folder
  const noted = Object.entries((await readJson(sizesFile(folder))) ?? {});
  const looked = await Promise.all(
    noted.map(async ([file, size]) => {
      const path = join(folder, file);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) return `${path} is missing`;
      return found.size === size ? undefined : `${path} has ${String(found.size)} bytes instead of ${String(size)}`;
    }),
  );
  return looked.find((damage) => damage !== undefined);
}

/** Removes a damaged folder of the cache, so that it is downloaded again. */
export async function removeDamaged(
  { ui }: Pick<Host, 'ui'>,
  folder: string,
  what: string,
  damage: string | undefined,
): Promise<void> {
  if (damage === undefined) return;
  ui.warn(`${what} in the cache is damaged and will be downloaded again: ${damage}`);
  await removeAtOnce(folder);
}
