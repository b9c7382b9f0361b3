import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { claimFolders, isOwnFolder } from '../config/own-folders.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { isThere, readJson } from '../files/paths.js';

/** Operations that leave a broken state when interrupted. */
export type Operation = 'create-cluster' | 'delete-cluster' | 'recreate-cluster' | 'resize-cluster';

/**
 * Writes the entry to disk before anything is done: written to a temporary file, synced, renamed, and the folder synced too, so
 * that after a crash or a power cut either the old or the new entry exists. An operation of several steps rewrites it before
 * each.
 */
export async function writeEntry(host: Host, operation: Operation, record: object): Promise<void> {
  const path = entryPath(host.directories.data, operation);
  await claimFolders(host.directories, ['data']);
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify({ since: host.clock.now(), ...record }));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/** Operations that started and did not finish, read from the file names, whatever the content. */
export async function isOpen(host: Host, operation: Operation): Promise<boolean> {
  return (await listEntries(host, operation)).length > 0;
}

/** Undefined if there is none; throws JOURNAL_BROKEN if its content does not allow resuming. */
export async function readEntry<Record>(
  host: Host,
  operation: Operation,
  schema: z.ZodType<Record>,
): Promise<Record | undefined> {
  const [path] = await listEntries(host, operation);
  if (path === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new SparkDevError('JOURNAL_BROKEN', `The journal of an unfinished operation cannot be read: ${path}`, {
      why: cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause),
      fix: ['Use the version of spark-dev that wrote it', 'Discard the cluster: spark-dev down --delete'],
      cause,
    });
  }
}

/** One text of an entry; undefined if it is missing or unreadable. */
export async function readNote(host: Host, operation: Operation, key: string): Promise<string | undefined> {
  const [path = ''] = await listEntries(host, operation);
  const entry = (await readJson(path)) as Readonly<Record<string, unknown>> | null | undefined;
  const value = entry?.[key];
  return typeof value === 'string' ? value : undefined;
}

export async function closeEntry(host: Host, operation: Operation): Promise<void> {
  for (const path of await listEntries(host, operation)) await rm(path, { force: true });
}

/** For an operation of one step: an entry before it starts, and none after it ends. */
export async function withEntry(
  host: Host,
  operation: Operation,
  action: () => Promise<void>,
  record: object = {},
): Promise<void> {
  await writeEntry(host, operation, record);
  await action();
  await closeEntry(host, operation);
}

/**
 * In the data folder, which is the home itself: with XDG_DATA_HOME alone two homes share the state folder, where earlier
 * versions had the journal. What is there is this home's where the folder is. The entry that was written last comes first.
 */
async function listEntries({ directories }: Host, operation: Operation): Promise<readonly string[]> {
  const [path, earlier] = [entryPath(directories.data, operation), entryPath(directories.state, operation)];
  const isEarlier = (await isThere(earlier)) && (await isOwnFolder(directories, 'state'));
  return [...((await isThere(path)) ? [path] : []), ...(isEarlier ? [earlier] : [])];
}

function entryPath(folder: string, operation: Operation): string {
  return join(folder, 'journal', `${operation}.json`);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
