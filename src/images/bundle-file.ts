import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Directories } from '../ports/host.js';
import type { BundledFile } from './bundle-manifest.js';
import { isFile, listFiles } from '../files/paths.js';
import { sumOf } from '../files/checksum.js';

/** A file or folder in a bundle; it appears on the other machine complete or not at all. */
export interface BundleUnit {
  /** data/… or cache/…: a path below the directory of that name. */
  readonly path: string;
  readonly what: string;
  /** The cluster cannot be made without it. The other machine can provide the rest itself. */
  readonly isNeeded: boolean;
}

/** Where a unit, or a file in it, is on this machine. */
export function placeOf(directories: Directories, path: string): string {
  const [root, ...rest] = path.split('/');
  return join(root === 'data' ? directories.data : directories.cache, ...rest);
}

/** Every file of a unit at `from`, with its checksum. */
export async function describeFiles(from: string, path: string, signal: AbortSignal): Promise<readonly BundledFile[]> {
  const described: BundledFile[] = [];
  for (const file of (await isFile(from)) ? [from] : await listFiles(from)) {
    const below = relative(from, file).split(sep);
    const { size } = await stat(file);
    described.push({
      path: [path, ...below].filter(Boolean).join('/'),
      bytes: size,
      sha256: await sumOf(file, signal),
    });
  }
  return described;
}
