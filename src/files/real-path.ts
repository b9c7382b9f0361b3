import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Without links, as far as it is there: so one folder has one path. */
export function findRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(findRealPath(dirname(path)), basename(path));
  }
}
