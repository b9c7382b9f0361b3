import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Resolves links in the existing part, so that one folder has one path. */
export function findRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(findRealPath(dirname(path)), basename(path));
  }
}
