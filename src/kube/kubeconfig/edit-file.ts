import { mkdir, open, readFile, readlink, realpath, rm, type FileHandle, stat } from 'node:fs/promises';
import { dirname, resolve, delimiter, join } from 'node:path';
import { SparkDevError, codeOf } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { waitFor } from '../../time/wait-for.js';
import { BrokenKubeconfig } from './edit.js';
import { replaceFile } from '../../files/paths.js';
import { clusterPaths } from '../names.js';

/** kubectl holds its lock for milliseconds; an older lock was left by a process that died. */
const lockedForMs = 2000;
const lockPauseMs = 100;

/**
 * Reads, edits and replaces a user's file. Holds kubectl's own lock from the read on, so that neither overwrites the other. A
 * file that needs no edit is not locked, and one that cannot be edited stays unchanged. Returns whether it was written.
 */
export async function editFile(
  host: Host,
  path: string,
  edit: (before: string | undefined) => string | undefined,
): Promise<boolean> {
  const change = (before: string | undefined): string | undefined => {
    const after = explainBroken(path, () => edit(before));
    return after === before ? undefined : after;
  };
  const bytes = await readBytes(path);
  if (change(bytes && decode(path, bytes)) === undefined) return false;
  const isUtf16 = bytes !== undefined && encodingOf(bytes) !== 'utf-8';
  explainBroken(path, () => {
    if (isUtf16) throw new BrokenKubeconfig('It is UTF-16, which spark-dev reads but does not write: save it as UTF-8');
  });
  const target = await followLink(path);
  await mkdir(dirname(target), { recursive: true, mode: 0o750 });
  return withLocks(host, path, [...new Set([path, target])], async () => {
    const after = change(await readIfThere(path));
    if (after !== undefined) await replaceFile(target, after);
    return after !== undefined;
  });
}

export function explainBroken<Value>(path: string, action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof BrokenKubeconfig)) throw error;
    throw new SparkDevError('KUBECONFIG_BROKEN', `${path} was left unchanged`, {
      why: error.message,
      fix: [`Fix line ${String(error.line)} of ${path} and run it again`],
      facts: { path, line: error.line, column: error.column },
    });
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  const bytes = await readBytes(path);
  return bytes && decode(path, bytes);
}

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw unreadable(path, error);
  }
}

/** As kubectl tells them apart: by the byte order mark. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    // bytes that are not UTF-8 would be written back differently
    return new TextDecoder(encodingOf(bytes), { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): SparkDevError {
  return new SparkDevError('KUBECONFIG_BROKEN', `${path} cannot be read`, {
    why: error instanceof Error ? error.message : String(error),
    fix: [`Make ${path} readable and run it again`],
    facts: { path },
  });
}

/** The target of a symbolic link, even if it does not exist yet. */
async function followLink(path: string): Promise<string> {
  const there = await realpath(path).catch(() => undefined);
  if (there !== undefined) return there;
  const aim = await readlink(path).catch(() => undefined);
  return aim === undefined ? path : resolve(dirname(path), aim);
}

/** kubectl locks the path it was given; others may use the link's target. */
async function withLocks<Value>(
  host: Host,
  path: string,
  names: readonly string[],
  action: () => Promise<Value>,
): Promise<Value> {
  const [name, ...rest] = names;
  if (name === undefined) return action();
  const lockPath = `${name}.lock`;
  const lock = await takeLock(host, path, lockPath);
  try {
    return await withLocks(host, path, rest, action);
  } finally {
    await lock.close();
    await rm(lockPath, { force: true });
  }
}

async function takeLock(host: Host, path: string, lockPath: string): Promise<FileHandle> {
  const attempt = (): Promise<{ readonly lock?: FileHandle; readonly error?: unknown }> =>
    open(lockPath, 'wx').then(
      (lock) => ({ lock }),
      (error: unknown) => ({ error }),
    );
  const { lock, error } = await waitFor(host.clock, attempt, {
    until: (answer) => codeOf(answer.error) !== 'EEXIST',
    everyMs: lockPauseMs,
    timeoutMs: lockedForMs,
  });
  if (lock !== undefined) return lock;
  throw new SparkDevError('KUBECONFIG_BROKEN', `${path} was left unchanged`, {
    why: `${lockPath} cannot be created: kubectl may be writing right now (${error instanceof Error ? error.message : String(error)})`,
    fix: [`Remove ${lockPath} if no kubectl is running, and run it again`],
    facts: { path },
  });
}

/** A path in KUBECONFIG that cannot be a kubeconfig. */
export interface SkippedFile {
  readonly path: string;
  readonly why: string;
}

export interface UserKubeconfigs {
  /** In order of precedence; some may not exist yet. */
  readonly files: readonly string[];
  readonly written: string;
  readonly passedOver: readonly SkippedFile[];
}

/**
 * kubectl's rule (client-go, PathOptions.GetDefaultFilename): the first existing file of KUBECONFIG is written, else its last
 * one, else ~/.kube/config. Our private file is not one of the user's.
 */
export async function listUserKubeconfigs(host: Host): Promise<UserKubeconfigs> {
  const ours = clusterPaths(host.directories).kubeconfig;
  const named = (host.env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '' && path !== ours);
  const standard = join(host.directories.userHome, '.kube', 'config');
  const paths = named.length === 0 ? [standard] : [...new Set(named)];
  const looked = await Promise.all(paths.map(async (path) => ({ path, kind: await kindOf(path) })));
  const files = looked.filter(({ kind }) => kind !== 'directory');
  const first = files.find(({ kind }) => kind === 'file') ?? files.at(-1);
  return {
    files: files.map(({ path }) => path),
    written: first?.path ?? paths.at(-1) ?? standard,
    passedOver: looked
      .filter(({ kind }) => kind === 'directory')
      .map(({ path }) => ({ path, why: 'it is a directory, and kubectl stops at it' })),
  };
}

/** A file that cannot be inspected counts as existing; reading it reports the reason. */
async function kindOf(path: string): Promise<'file' | 'directory' | 'missing'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? 'missing' : 'file';
  }
}
