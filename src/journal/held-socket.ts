import { randomBytes } from 'node:crypto';
import { rmdirSync, unlinkSync } from 'node:fs';
import { lstat, mkdir, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { SparkDevError, codeOf } from '../errors/spark-dev-error.js';
import { tryJson } from '../files/paths.js';

export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface HeldLock {
  release(): void;
}

/** A listener that does not identify itself is another program. */
export const introducedWithinMs = 1000;

/**
 * Undefined if another process holds it. The address is a folder with the holder's socket, each socket under a unique name. A new
 * holder listens first and then renames its folder to the address; the kernel refuses that while the existing folder contains a
 * socket. A killed process's socket is removed by its own name, so a faster process's socket is never removed.
 */
export async function listen(address: string, holder: LockHolder): Promise<HeldLock | undefined> {
  if (isPipe(address)) return open(address, holder);
  const id = randomBytes(4).toString('hex');
  const folder = dirname(address);
  const draft = `${address}.${id}`;
  await mkdir(dirname(folder), { recursive: true });
  while (!(await makeDraft(folder, draft)));
  const opened = await open(join(draft, id), holder).catch((error: unknown) => {
    attempt(rmdirSync, draft);
    removeEmpty(folder);
    throw error;
  });
  while (!(await publish(draft, address))) {
    const found = await removeDead(address);
    if (found === 'free') continue;
    opened?.release();
    attempt(unlinkSync, join(draft, id));
    attempt(rmdirSync, draft);
    if (found === 'held') return undefined;
    throw new SparkDevError('DISK_WRITE_FAILED', `${found.foreign} blocks the lock`, {
      why: 'spark-dev only keeps sockets there, and did not make this.',
      fix: [`Move ${found.foreign} to another folder`],
    });
  }
  return (
    opened && {
      release() {
        opened.release();
        attempt(unlinkSync, join(address, id));
        attempt(rmdirSync, address);
        removeEmpty(folder);
      },
    }
  );
}

/** Kept if it is below /tmp: another user could take its name. */
function removeEmpty(folder: string): void {
  if (dirname(folder) !== '/tmp') attempt(rmdirSync, folder);
}

/** Another process may have been faster. */
function attempt(remove: (path: string) => void, path: string): void {
  try {
    remove(path);
  } catch {
    // it is gone, or in use again
  }
}

/** False if the folder disappeared, with the last lock in it, before the draft was created. */
async function makeDraft(folder: string, draft: string): Promise<boolean> {
  await mkdir(folder, { mode: 0o700 }).catch(ignoreCodes(['EEXIST'], undefined));
  return mkdir(draft, { mode: 0o700 }).then(() => true, ignoreCodes(['ENOENT'], false));
}

/** Undefined if another process listens there. */
function open(path: string, holder: LockHolder): Promise<HeldLock | undefined> {
  return new Promise((resolve, reject) => {
    const visitors = new Set<Socket>();
    const server: Server = createServer((visitor) => {
      visitors.add(visitor);
      visitor.on('error', () => undefined);
      visitor.on('close', () => visitors.delete(visitor));
      visitor.unref();
      visitor.write(`${JSON.stringify(holder)}\n`);
    });
    server.unref();
    server.once('error', (error) => {
      if (codeOf(error) === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => {
      resolve({
        release() {
          server.close();
          for (const visitor of visitors) visitor.destroy();
        },
      });
    });
  });
}

/** False while the address holds a socket. */
async function publish(draft: string, address: string): Promise<boolean> {
  return rename(draft, address).then(() => true, ignoreCodes(['ENOTEMPTY', 'EEXIST'], false));
}

/** Everything we create: an address or a draft of it, and the socket in it. */
const folderForm = /^(main|run-[0-9a-f]{8})(\.[0-9a-f]{8})?$/;
const socketForm = /^[0-9a-f]{8}$/;

/** Removes dead sockets and nothing else. */
async function removeDead(address: string): Promise<'free' | 'held' | { readonly foreign: string }> {
  for (const name of await readdir(address).catch(() => [])) {
    const path = join(address, name);
    const found = await lstat(path).catch(ignoreCodes(['ENOENT'], undefined));
    if (found === undefined) continue;
    if (!socketForm.test(name) || !found.isSocket()) return { foreign: path };
    if (await answers(path)) return 'held';
    await unlink(path).catch(ignoreCodes(['ENOENT'], undefined));
  }
  return 'free';
}

/** A process that is about to listen has created its folder by then. */
const draftedWithinMs = 60_000;

/** Removes what killed processes left next to a lock that the caller holds: dead sockets and drafts. */
export async function sweepDead(held: string, now: number): Promise<void> {
  if (isPipe(held)) return;
  const folder = dirname(held);
  const own = await lstat(held).catch(() => undefined);
  const names = (await readdir(folder).catch(() => [])).filter((name) => folderForm.test(name));
  for (const address of names.map((name) => join(folder, name)).filter((one) => one !== held)) {
    const entry = await lstat(address).catch(() => undefined);
    if (entry?.isDirectory() !== true || entry.uid !== own?.uid || now - entry.mtimeMs <= draftedWithinMs) continue;
    await removeDead(address).catch(() => undefined);
    // only if it is empty: a run may have started there
    await rmdir(address).catch(() => undefined);
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      // too many connections at once are a sign of life
      resolve(!['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(codeOf(error)));
    });
  });
}

/** The socket to connect to; undefined if nobody holds it. */
export async function findSocket(address: string): Promise<string | undefined> {
  if (isPipe(address)) return address;
  const name = (await readdir(address).catch(() => [])).find((one) => socketForm.test(one));
  return name === undefined ? undefined : join(address, name);
}

/** A suspended or busy process does not reply for a while, but the kernel still accepts the connection. */
export async function isHeld(address: string): Promise<boolean> {
  const path = await findSocket(address);
  return path !== undefined && answers(path);
}

/** Undefined if the text is not an introduction. */
export function readHolder(line: string): LockHolder | undefined {
  const said = tryJson(line);
  return isHolder(said) ? said : undefined;
}

function isHolder(said: unknown): said is LockHolder {
  if (typeof said !== 'object' || said === null) return false;
  const { pid, command, since } = said as Readonly<Record<string, unknown>>;
  const isText = typeof command === 'string' && command.length <= 1000;
  return Number.isInteger(pid) && isText && Number.isFinite(since);
}

function isPipe(address: string): boolean {
  return address.startsWith('\\\\');
}

function ignoreCodes<Value>(codes: readonly string[], value: Value): (error: unknown) => Value {
  return (error) => {
    if (codes.includes(codeOf(error))) return value;
    throw error;
  };
}
