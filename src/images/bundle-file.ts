import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Directories } from '../ports/host.js';
import type { BundledFile } from './bundle-manifest.js';
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
  const found = await stat(from);
  if (found.isFile()) return [{ path, bytes: found.size, sha256: await sumOf(from, signal) }];
  const entries = await readdir(from, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const described: BundledFile[] = [];
  for (const file of files.sort())
    described.push(...(await describeFiles(file, `${path}/${relative(from, file).split(sep).join('/')}`, signal)));
  return described;
}
