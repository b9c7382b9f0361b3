import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { showBytes } from '../text/sizes.js';

/** A daemon on the last gigabyte stops serving the cluster. */
const keepFreeBytes = 1e9;

/** Throws before anything is written, with the figures; `path` need not exist yet. */
export async function requireFreeDisk(path: string, neededBytes: number, what: string): Promise<void> {
  const { folder, freeBytes } = await measureFree(path);
  if (neededBytes + keepFreeBytes <= freeBytes) return;
  throw new SparkDevError('DISK_FULL', `${what} needs ${showBytes(neededBytes)}, and too little is free`, {
    why: `${folder} has ${showBytes(freeBytes)}, of which ${showBytes(keepFreeBytes)} stay free.`,
    fix: ['spark-dev images prune', 'docker system df'],
    facts: { neededBytes, freeBytes, folder },
  });
}

/** Of the disk that `path` lies on, or will lie on. */
export async function measureFree(path: string): Promise<{ readonly folder: string; readonly freeBytes: number }> {
  try {
    const { bavail, bsize } = await statfs(path);
    return { folder: path, freeBytes: bavail * bsize };
  } catch (error) {
    if (dirname(path) === path) throw error;
    return measureFree(dirname(path));
  }
}
