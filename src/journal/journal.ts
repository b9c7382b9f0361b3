import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { claimFolders } from '../config/own-folders.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { readJson } from '../files/read-json.js';

/** Operations that leave a broken state when interrupted. */
export type Operation = 'create-cluster' | 'delete-cluster' | 'recreate-cluster' | 'resize-cluster';

/**
 * Writes the entry to disk before anything is done: written to a temporary file, synced, renamed, and the folder synced too, so
 * that after a crash or a power cut either the old or the new entry exists. An operation of several steps rewrites it before
 * each.
 */
export async function writeEntry(host: Host, operation: Operation, record: object): Promise<void> {
  const path = entryPath(host, operation);
  await claimFolders(host.directories, ['state']);
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
  const names = await readdir(join(host.directories.state, 'journal')).catch((): readonly string[] => []);
  return names.includes(`${operation}.json`);
}

/** Undefined if there is none; throws JOURNAL_BROKEN if its content does not allow resuming. */
export async function readEntry<Record>(
  host: Host,
  operation: Operation,
  schema: z.ZodType<Record>,
): Promise<Record | undefined> {
  if (!(await isOpen(host, operation))) return undefined;
  const path = entryPath(host, operation);
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
  const entry = (await readJson(entryPath(host, operation))) as Readonly<Record<string, unknown>> | null | undefined;
  const value = entry?.[key];
  return typeof value === 'string' ? value : undefined;
}

export async function closeEntry(host: Host, operation: Operation): Promise<void> {
  await rm(entryPath(host, operation), { force: true });
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

function entryPath(host: Host, operation: Operation): string {
  return join(host.directories.state, 'journal', `${operation}.json`);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
