import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { listFiles } from '../files/paths.js';

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
