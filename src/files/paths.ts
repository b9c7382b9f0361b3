import { access, readdir, stat, readFile, chown, lstat, open, rename, rm } from 'node:fs/promises';
import { join, sep, basename, dirname } from 'node:path';
import { realpathSync, createReadStream } from 'node:fs';
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';

/** A file or a folder; also false if it cannot be inspected. */
export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export async function isFile(path: string): Promise<boolean> {
  return (await fileSize(path)) !== undefined;
}

/** As /tmp is: anybody may add files, which say nothing about what another user has below. */
export async function isOpenToAll(folder: string): Promise<boolean> {
  const mode = (await stat(folder).catch(() => undefined))?.mode ?? 0;
  return (mode & 0o1000) !== 0 && (mode & 0o022) !== 0;
}

/** Bytes; undefined if there is no file, or a folder instead. */
export async function fileSize(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}

/** Paths of all files below, sorted; links are left out. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

/** The files of a folder, or the file itself, which may be missing. */
export async function listFilesAt(path: string): Promise<readonly string[]> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  return isFolder ? listFiles(path) : [path];
}

/** The folder itself, or a path in it. */
export function isBelow(folder: string, path: string, separator = sep): boolean {
  return path === folder || path.startsWith(folder.endsWith(separator) ? folder : `${folder}${separator}`);
}

/** Resolves links in the existing part, so that one folder has one path. */
export function findRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(findRealPath(dirname(path)), basename(path));
  }
}

/** Compares inodes: one folder has many spellings, and a copy has another inode. False if one cannot be read. */
export async function isSameFolder(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return first?.isDirectory() === true && first.ino === second?.ino && first.dev === second.dev;
}

/** Whether the process of this /proc entry sees our folder at the path, not another one as in a container. */
export async function seesSameFolder(entry: string, path: string, ours = path): Promise<boolean> {
  return isSameFolder(join(entry, 'root', path), ours);
}

/** Undefined for invalid JSON, so that a schema refuses both alike. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined if the file is missing or has no valid JSON. */
export async function readJson(file: string): Promise<unknown> {
  return tryJson(await readFile(file, 'utf8').catch(() => ''));
}

export async function sumOf(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, signal === undefined ? {} : { signal });
  return hash.digest('hex');
}

/** Atomic, and synced to disk before it replaces the old file; keeps the file's mode and owner. */
export async function replaceFile(target: string, text: string): Promise<void> {
  const before = await stat(target).catch(() => undefined);
  const draft = join(dirname(target), `.${basename(target)}.spark-dev-${String(process.pid)}`);
  try {
    const mode = (before?.mode ?? 0o600) & 0o777;
    const file = await open(draft, 'w', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    const made = await lstat(draft);
    if (before !== undefined && (before.uid !== made.uid || before.gid !== made.gid))
      await chown(draft, before.uid, before.gid);
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
}
