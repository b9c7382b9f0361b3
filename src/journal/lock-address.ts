import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { findRealPath } from '../files/real-path.js';
import type { Host } from '../ports/host.js';
import { codeOf } from '../errors/error-code.js';

/** The kernel takes 103 bytes for a socket's path on macOS; what stands below the folder takes 32. */
const longestFolder = 71;

const shared = '/tmp';

/**
 * Where the lock of this home, or of a run in it, can be; the first one that the machine allows counts. It lies in a folder that
 * only this user can enter, so nobody else can hold it: next to the data, or below /tmp where the path is too long for a socket
 * or no socket can be made there. Links change nothing: one home has one lock.
 */
export function lockAddresses({ directories, platform }: Host, run?: string): readonly string[] {
  const data = findRealPath(directories.data);
  const name = run === undefined ? 'main' : `run-${digest(run).slice(0, 8)}`;
  const user = `spark-dev-${String(platform.uid ?? 0)}-${digest(data).slice(0, 16)}`;
  if (platform.os === 'win32') return [`\\\\.\\pipe\\${user}-${name}`];
  const near = `${data}.locks`;
  const folders = [...(Buffer.byteLength(near) <= longestFolder ? [near] : []), join(shared, user)];
  return folders.map((folder) => join(folder, name));
}

/** Anybody may make a folder of that name in /tmp before this user does. */
export async function isOwnPath(host: Host, address: string): Promise<boolean> {
  if (!isShared(address)) return true;
  const found = await lstat(dirname(address)).catch(() => undefined);
  return found !== undefined && isPrivate(host, found);
}

/** Makes the folder below /tmp; any other is made with the lock. */
export async function requireOwnPath(host: Host, address: string): Promise<void> {
  if (!isShared(address)) return;
  const folder = dirname(address);
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  if (isPrivate(host, found)) return;
  throw new SparkDevError('DISK_WRITE_FAILED', `${folder} is not a private folder of this user`, {
    why: `It should keep the lock, and it belongs to the user ${String(found.uid)} with the mode ${(found.mode & 0o777).toString(8)}.`,
    fix: [`rm -r ${folder}`, 'Use a home with a shorter path: SPARK_DEV_HOME=/another/folder'],
  });
}

function isShared(address: string): boolean {
  return dirname(dirname(address)) === shared;
}

function isPrivate({ platform }: Host, folder: Stats): boolean {
  return folder.isDirectory() && folder.uid === platform.uid && (folder.mode & 0o077) === 0;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
