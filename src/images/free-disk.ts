import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { showBytes } from '../text/sizes.js';

/** A daemon on its last gigabyte stops serving the cluster. */
const keepFreeBytes = 1e9;

/** Throws before anything is written, with the figures. `path` need not exist yet. */
export async function requireFreeDisk(path: string, neededBytes: number, what: string): Promise<void> {
  const { folder, freeBytes } = await measureFree(path);
  if (neededBytes + keepFreeBytes <= freeBytes) return;
  throw new SparkDevError('DISK_FULL', `Not enough disk space: ${what} needs ${showBytes(neededBytes)}`, {
    why: `${folder} has ${showBytes(freeBytes)} free; ${showBytes(keepFreeBytes)} of it must stay free.`,
    fix: ['spark-dev images prune', 'docker system df'],
    facts: { neededBytes, freeBytes, folder },
  });
}

/** Free bytes on the disk that holds `path`, or will hold it. */
export async function measureFree(path: string): Promise<{ readonly folder: string; readonly freeBytes: number }> {
  try {
    const { bavail, bsize } = await statfs(path);
    return { folder: path, freeBytes: bavail * bsize };
  } catch (error) {
    if (dirname(path) === path) throw error;
    return measureFree(dirname(path));
  }
}
