import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { findRealPath } from '../files/real-path.js';
import type { Host } from '../ports/host.js';
import { codeOf } from '../errors/error-code.js';

/** A socket's path may have 103 bytes on macOS; the part below the folder takes 32. */
const longestFolder = 71;

const shared = '/tmp';

/**
 * Where the lock of this home, or of a run in it, can be; the first address that the machine allows counts. The folder is
 * accessible to this user only, so nobody else can hold the lock: next to the data, or below /tmp if the path is too long for a
 * socket or the disk does not support sockets. Links do not matter: one home has one lock.
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

/** Any user may have created a folder of that name in /tmp first. */
export async function isOwnPath(host: Host, address: string): Promise<boolean> {
  if (!isShared(address)) return true;
  const found = await lstat(dirname(address)).catch(() => undefined);
  return found !== undefined && isPrivate(host, found);
}

/** Creates the folder below /tmp; any other is created with the lock. */
export async function requireOwnPath(host: Host, address: string): Promise<void> {
  if (!isShared(address)) return;
  const folder = dirname(address);
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  if (isPrivate(host, found)) return;
  throw new SparkDevError('DISK_WRITE_FAILED', `${folder} is not a private folder of this user`, {
    why: `spark-dev would keep its lock there, but it belongs to user ${String(found.uid)} with mode ${(found.mode & 0o777).toString(8)}.`,
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
