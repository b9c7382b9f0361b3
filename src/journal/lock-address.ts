import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';

/** The kernel takes 103 bytes for a socket's path on macOS; what stands below the folder takes 32. */
const longestFolder = 71;

/**
 * The lock of this home, or of a run in it. It lies in a folder that only this user can enter, so nobody else can hold it:
 * next to the data, or below /tmp where that path is too long for a socket.
 */
export async function lockAddress(host: Host, run?: string): Promise<string> {
  const { data } = host.directories;
  const name = run === undefined ? 'main' : `run-${digest(run).slice(0, 8)}`;
  const user = `spark-dev-${String(host.platform.uid ?? 0)}-${digest(data).slice(0, 16)}`;
  if (host.platform.os === 'win32') return `\\\\.\\pipe\\${user}-${name}`;
  const near = `${data}.locks`;
  if (Buffer.byteLength(near) <= longestFolder) return join(near, name);
  const shared = join('/tmp', user);
  await requireOwnFolder(host, shared);
  return join(shared, name);
}

/** Anybody may make a folder of that name in /tmp before this user does. */
async function requireOwnFolder({ platform }: Host, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === platform.uid && (found.mode & 0o077) === 0) return;
  throw new SparkDevError('DISK_WRITE_FAILED', `${folder} is not a private folder of this user`, {
    why: `It should keep the lock, and it belongs to the user ${String(found.uid)} with the mode ${(found.mode & 0o777).toString(8)}.`,
    fix: [`rm -r ${folder}`, 'Use a home with a shorter path: SPARK_DEV_HOME=/another/folder'],
  });
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
