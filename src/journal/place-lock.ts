import { dirname } from 'node:path';
import type { Host } from '../ports/host.js';
import { isHeld, listen, type HeldLock, type LockHolder } from './held-socket.js';
import { isOwnPath, lockAddresses, requireOwnPath } from './lock-address.js';
import { isThere } from '../files/paths.js';
import { codeOf } from '../errors/error-code.js';

export interface Placed {
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
