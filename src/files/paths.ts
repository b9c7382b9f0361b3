import { access, stat } from 'node:fs/promises';
import { sep } from 'node:path';

/** A file or a folder; false also where it may not be looked at. */
export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export async function isFile(path: string): Promise<boolean> {
  return (await fileSize(path)) !== undefined;
}

/** Bytes; undefined where there is no file, or a folder in its place. */
export async function fileSize(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

/** The folder itself, or in it. */
export function isBelow(folder: string, path: string, separator = sep): boolean {
  return path === folder || path.startsWith(folder.endsWith(separator) ? folder : `${folder}${separator}`);
}
