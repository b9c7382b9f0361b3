import { mkdir, open, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { replaceFile } from '../../files/replace-file.js';
import { BrokenKubeconfig } from './edit.js';
import { codeOf } from '../../errors/error-code.js';

/** kubectl holds its lock for milliseconds; what lies there longer was left by one that died. */
const lockAttempts = 20;
const lockPauseMs = 100;

/**
 * Reads, edits and replaces a file of the user's, with kubectl's own lock held from the reading on, so that neither writes
 * over the other. A file that needs no edit is not locked, and one that cannot be edited stays as it is. Answers whether it was written.
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
  if (change(await readIfThere(path)) === undefined) return false;
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
    throw new SparkDevError('KUBECONFIG_BROKEN', `${path} was left as it is`, {
      why: error.message,
      fix: [`Mend line ${String(error.line)} of ${path} and run it again`],
      facts: { path, line: error.line, column: error.column },
    });
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    // bytes that are no UTF-8 would come back as others
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw new SparkDevError('KUBECONFIG_BROKEN', `${path} cannot be read`, {
      why: error.message,
      fix: [`Make ${path} readable and run it again`],
      facts: { path },
    });
  }
}

/** The file behind a symbolic link, also where that is not there yet. */
async function followLink(path: string): Promise<string> {
  const there = await realpath(path).catch(() => undefined);
  if (there !== undefined) return there;
  const aim = await readlink(path).catch(() => undefined);
  return aim === undefined ? path : resolve(dirname(path), aim);
}

/** kubectl locks the name that it was given, others may know the file behind the link. */
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

async function takeLock(host: Host, path: string, lockPath: string): ReturnType<typeof open> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await open(lockPath, 'wx');
    } catch (error) {
      const isHeld = codeOf(error) === 'EEXIST';
      if (isHeld && attempt < lockAttempts) {
        await host.clock.sleep(lockPauseMs);
        continue;
      }
      throw new SparkDevError('KUBECONFIG_BROKEN', `${path} was left as it is`, {
        why: `${lockPath} cannot be made: kubectl may be writing at this moment (${error instanceof Error ? error.message : String(error)})`,
        fix: [`Remove ${lockPath} if no kubectl is running, and run it again`],
        facts: { path },
      });
    }
  }
}
