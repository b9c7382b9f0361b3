import { connect } from 'node:net';
import { SparkDevError, codeOf } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import {
  findSocket,
  introducedWithinMs,
  readHolder,
  sweepDead,
  type HeldLock,
  type LockHolder,
  isHeld,
  listen,
} from './held-socket.js';
import { showDuration } from '../text/sizes.js';
import { dirname, join } from 'node:path';
import { isThere, findRealPath } from '../files/paths.js';
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, mkdir } from 'node:fs/promises';

export interface LockRequest {
  readonly command: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Only one process changes the machine at a time. The lock is a listening socket (see held-socket.ts): the kernel closes it when
 * the process ends, so it is never stale.
 */
export async function withLock<Value>(host: Host, request: LockRequest, action: () => Promise<Value>): Promise<Value> {
  const lock = await acquire(host, request);
  try {
    return await action();
  } finally {
    lock.release();
  }
}

/** Held during the action, beside the lock of the machine; throws IN_USE with the owner if another process holds it. */
export async function withOnlyLock<Value>(
  host: Host,
  { name, command }: { readonly name: string; readonly command: string },
  action: () => Promise<Value>,
): Promise<Value> {
  const { address, lock } = await placeLock(host, { pid: process.pid, command, since: host.clock.now() }, name);
  if (lock === undefined) {
    const { holder } = await waitForRelease(host, address, { command, timeoutMs: 0 }, 0, () => undefined);
    throw new SparkDevError('IN_USE', `Already running: ${command}`, {
      why: `It is ${describeHolder(holder, host.clock.now())}.`,
      fix: ['Use that one', ...(holder === undefined ? [] : [`kill ${String(holder.pid)}`])],
      facts: { ...holder },
    });
  }
  try {
    return await action();
  } finally {
    lock.release();
  }
}

/** From `--lock-timeout`; half an hour if the command has no such flag. */
export function lockFor(
  command: string,
  {
    options = {},
    signal,
  }: { readonly options?: { readonly lockTimeout?: string | undefined }; readonly signal: AbortSignal },
): LockRequest {
  const { lockTimeout = '1800' } = options;
  if (/^\d{1,6}$/.test(lockTimeout)) return { command, timeoutMs: Number(lockTimeout) * 1000, signal };
  throw new SparkDevError('USAGE', `Invalid value for --lock-timeout: ${lockTimeout} is not a number of seconds`, {
    fix: ['--lock-timeout 600'],
  });
}

async function acquire(host: Host, request: LockRequest): Promise<HeldLock> {
  const giveUpAt = host.clock.now() + request.timeoutMs;
  let saidFor: number | undefined;
  for (;;) {
    const holder = { pid: process.pid, command: request.command, since: host.clock.now() };
    const { address, lock } = await placeLock(host, holder);
    if (lock !== undefined) {
      await sweepDead(address, host.clock.now());
      return lock;
    }
    const waiting = await waitForRelease(host, address, request, giveUpAt - host.clock.now(), (other) => {
      if (saidFor === other.pid) return;
      saidFor = other.pid;
      host.ui.say(`Waiting for ${describeHolder(other, host.clock.now())}`);
    });
    if (waiting.released && host.clock.now() < giveUpAt) continue;
    throw new SparkDevError('LOCKED', 'Another spark-dev is changing this machine', {
      why: `It is held by ${describeHolder(waiting.holder, host.clock.now())}.`,
      fix: ['Run it again when that process has ended', 'Wait longer: --lock-timeout 1800'],
      facts: { ...waiting.holder },
    });
  }
}

interface Waited {
  readonly released: boolean;
  readonly holder?: LockHolder | undefined;
}

/** Stays connected to the holder: the connection closes when the holder ends. */
async function waitForRelease(
  host: Host,
  address: string,
  { signal }: LockRequest,
  timeoutMs: number,
  onHolder: (holder: LockHolder) => void,
): Promise<Waited> {
  const path = await findSocket(address);
  if (path === undefined) return { released: true };
  let holder: LockHolder | undefined;
  const socket = connect(path);
  socket.setTimeout(introducedWithinMs, () => socket.destroy());
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const introduced = new Promise<void>((resolve) => {
    socket.once('data', (bytes) => {
      socket.setTimeout(0);
      holder = readHolder(bytes.toString('utf8'));
      if (holder !== undefined) onHolder(holder);
      resolve();
    });
  });
  const timer = new AbortController();
  const signals = [timer.signal, ...(signal === undefined ? [] : [signal])];
  const timedOut = Promise.race([introduced, closed]).then(() =>
    host.clock.sleep(Math.max(0, timeoutMs), AbortSignal.any(signals)),
  );
  try {
    const released = await Promise.race([closed.then(() => true), timedOut.then(() => false)]);
    return { released, holder };
  } finally {
    timer.abort();
    socket.destroy();
  }
}

function describeHolder(holder: LockHolder | undefined, now: number): string {
  if (holder === undefined) return 'an unidentified process';
  const age = showDuration(now - holder.since);
  return `\`${holder.command}\` (process ${String(holder.pid)}, for ${age})`;
}

interface Placed {
  readonly address: string;
  /** Undefined if another process holds it. */
  readonly lock: HeldLock | undefined;
}

/** Uses the first address where this machine allows a socket. The machine decides, so two processes always choose the same. */
export async function placeLock(host: Host, holder: LockHolder, run?: string): Promise<Placed> {
  const addresses = lockAddresses(host, run);
  for (const [index, address] of addresses.entries()) {
    await requireOwnPath(host, address);
    try {
      return { address, lock: await listen(address, holder) };
    } catch (error) {
      if (index === addresses.length - 1 || !(await isNoPlace(error, address))) throw error;
    }
  }
  throw new Error('a lock without an address');
}

/** Whether a process holds the lock of a run, at any possible address. */
export async function isRunHeld(host: Host, run: string): Promise<boolean> {
  for (const address of lockAddresses(host, run))
    if ((await isOwnPath(host, address)) && (await isHeld(address))) return true;
  return false;
}

/** A read-only folder, or a file system without sockets. */
const refusals = ['EPERM', 'EROFS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL'];

async function isNoPlace(error: unknown, address: string): Promise<boolean> {
  const code = codeOf(error);
  if (code !== 'EACCES') return refusals.includes(code);
  // an existing folder of another user holds that user's locks, as after sudo
  return !(await isThere(dirname(address)));
}

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
async function isOwnPath(host: Host, address: string): Promise<boolean> {
  if (!isShared(address)) return true;
  const found = await lstat(dirname(address)).catch(() => undefined);
  return found !== undefined && isPrivate(host, found);
}

/** Creates the folder below /tmp; any other is created with the lock. */
async function requireOwnPath(host: Host, address: string): Promise<void> {
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
