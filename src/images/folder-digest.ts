import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Covers names, contents and exec bits of all files below, independent of directory order. */
export async function digestFolder(folder: string): Promise<string> {
  const digest = createHash('sha256');
  for (const path of await listFiles(folder)) {
    const { mode } = await stat(path);
    const content = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    digest.update(`${relative(folder, path).split(sep).join('/')}\n${(mode & 0o111) === 0 ? '-' : 'x'}\n${content}\n`);
  }
  return digest.digest('hex');
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
