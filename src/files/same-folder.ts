import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Compares inodes: one folder has many spellings, and a copy has another inode. False if one cannot be read. */
export async function isSameFolder(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return first?.isDirectory() === true && first.ino === second?.ino && first.dev === second.dev;
}

/** Whether the process of this /proc entry sees our folder at the path, not another one as in a container. */
export async function seesSameFolder(entry: string, path: string, ours = path): Promise<boolean> {
  return isSameFolder(join(entry, 'root', path), ours);
}
