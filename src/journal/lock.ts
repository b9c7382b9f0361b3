import { connect } from 'node:net';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import {
  findSocket,
  introducedWithinMs,
  readHolder,
  sweepDead,
  type HeldLock,
  type LockHolder,
} from './held-socket.js';
import { placeLock } from './place-lock.js';
import { showDuration } from '../text/durations.js';

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
