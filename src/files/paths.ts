import { access, readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** A file or a folder; also false if it cannot be inspected. */
export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export async function isFile(path: string): Promise<boolean> {
  return (await fileSize(path)) !== undefined;
}

/** Bytes; undefined if there is no file, or a folder instead. */
export async function fileSize(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

/** Paths of all files below, sorted; links are left out. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

/** The folder itself, or a path in it. */
export function isBelow(folder: string, path: string, separator = sep): boolean {
  return path === folder || path.startsWith(folder.endsWith(separator) ? folder : `${folder}${separator}`);
}
