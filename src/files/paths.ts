import { access, stat } from 'node:fs/promises';
import { sep } from 'node:path';

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

/** The folder itself, or a path in it. */
export function isBelow(folder: string, path: string, separator = sep): boolean {
  return path === folder || path.startsWith(folder.endsWith(separator) ? folder : `${folder}${separator}`);
}
