import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';

export interface LockHolder {
  readonly pid: number;
  readonly command: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface LockWish {
  readonly command: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One change of the machine at a time. The lock is a listening socket in Linux's abstract namespace, or a named pipe on
 * Windows: the kernel lets go of it with the process, however that ends, so it is never stale. macOS has neither; there it
 * is a socket file, which the next one removes when nobody listens on it any more.
 */
export async function withLock<Value>(host: Host, wish: LockWish, action: () => Promise<Value>): Promise<Value> {
  const lock = await acquire(host, wish);
  try {
    return await action();
  } finally {
    lock.release();
  }
}

export function parseLockTimeout(text: unknown): number {
  const seconds = typeof text === 'string' && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
  if (seconds !== undefined) return seconds * 1000;
  throw new SparkDevError('USAGE', `--lock-timeout ${String(text)} is not a number of seconds`, {
    fix: ['--lock-timeout 600'],
  });
}

export function lockAddress(host: Host): string {
  const place = createHash('sha256').update(host.directories.data).digest('hex').slice(0, 16);
  const name = `spark-dev-${String(host.platform.uid ?? 0)}-${place}`;
  if (host.platform.os === 'linux') return `\0${name}`;
  // short enough for a socket's name, and the same for every call of this user
  return host.platform.os === 'win32' ? `\\\\.\\pipe\\${name}` : `/tmp/${name}.lock`;
}

async function acquire(host: Host, wish: LockWish): Promise<HeldLock> {
  const address = lockAddress(host);
  const giveUpAt = host.clock.now() + wish.timeoutMs;
  let saidFor: number | undefined;
  for (;;) {
    const lock = await listen(address, { pid: process.pid, command: wish.command, since: host.clock.now() });
    if (lock !== undefined) return lock;
    if (await removeAbandoned(address)) continue;
    const waiting = await waitForRelease(host, address, wish, giveUpAt - host.clock.now(), (holder) => {
      if (saidFor === holder.pid) return;
      saidFor = holder.pid;
      host.ui.say(`Waiting for ${describeHolder(holder, host.clock.now())}`);
    });
    if (waiting.released && host.clock.now() < giveUpAt) continue;
    throw new SparkDevError('LOCKED', 'Another spark-dev is changing this machine', {
      why: `It is ${describeHolder(waiting.holder, host.clock.now())}.`,
      fix: ['Run it again when that one has ended', 'Wait longer: --lock-timeout 1800'],
      facts: { ...waiting.holder },
    });
  }
}

/** A socket file on which nobody listens is what a killed process left. */
async function removeAbandoned(address: string): Promise<boolean> {
  if (!address.startsWith('/')) return false;
  const refused = await new Promise<boolean>((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED');
    });
  });
  if (refused) await rm(address, { force: true });
  return refused;
}

export interface HeldLock {
  release(): void;
}

/** Undefined where another process holds it. */
export function listen(address: string, holder: LockHolder): Promise<HeldLock | undefined> {
  return new Promise((resolve, reject) => {
    const visitors = new Set<Socket>();
    const server = createServer((visitor) => {
      visitors.add(visitor);
      visitor.on('error', () => undefined);
      visitor.on('close', () => visitors.delete(visitor));
      visitor.unref();
      visitor.write(`${JSON.stringify(holder)}\n`);
    });
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      resolve({
        release() {
          server.close();
          for (const visitor of visitors) visitor.destroy();
        },
      });
    });
  });
}

interface Waited {
  readonly released: boolean;
  readonly holder: LockHolder | undefined;
}

/** Whoever listens there and says nothing is none of ours. */
const introducedWithinMs = 1000;

/** Stays connected to the holder: the connection ends the moment the holder does. */
async function waitForRelease(
  host: Host,
  address: string,
  wish: LockWish,
  timeoutMs: number,
  onHolder: (holder: LockHolder) => void,
): Promise<Waited> {
  let holder: LockHolder | undefined;
  const timer = new AbortController();
  const socket = connect(address);
  socket.setTimeout(introducedWithinMs, () => socket.destroy());
  const released = new Promise<Waited>((resolve) => {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve({ released: true, holder });
    });
  });
  const introduced = new Promise<void>((resolve) => {
    socket.once('data', (bytes) => {
      socket.setTimeout(0);
      holder = readHolder(bytes.toString('utf8'));
      if (holder !== undefined) onHolder(holder);
      resolve();
    });
  });
  const signals = [timer.signal, ...(wish.signal === undefined ? [] : [wish.signal])];
  const timedOut = Promise.race([introduced, released]).then(async (): Promise<Waited> => {
    await host.clock.sleep(Math.max(0, timeoutMs), AbortSignal.any(signals));
    return { released: false, holder };
  });
  try {
    return await Promise.race([released, timedOut]);
  } finally {
    timer.abort();
    timedOut.catch(() => undefined);
    socket.destroy();
  }
}

/** Who holds it now; undefined where nobody does. */
export function askHolder(address: string): Promise<LockHolder | undefined> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.setTimeout(introducedWithinMs, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      resolve(readHolder(bytes.toString('utf8')));
      socket.destroy();
    });
    socket.on('close', () => {
      resolve(undefined);
    });
  });
}

function readHolder(line: string): LockHolder | undefined {
  try {
    return JSON.parse(line) as LockHolder;
  } catch {
    return undefined;
  }
}

function describeHolder(holder: LockHolder | undefined, now: number): string {
  if (holder === undefined) return 'a process that does not say its name';
  const seconds = Math.max(0, Math.round((now - holder.since) / 1000));
  const age = seconds < 90 ? `${String(seconds)} s` : `${String(Math.round(seconds / 60))} min`;
  return `\`${holder.command}\` (process ${String(holder.pid)}, for ${age})`;
}
