import type { Host } from '../ports/host.js';
import { placeLock } from '../journal/lock.js';

export { isRunHeld as isRunLive } from '../journal/lock.js';

/** Contains the run's folder, to identify a program that outlives its spark-dev. */
export { workVariable as runVariable } from '../toolchain/half-made.js';

/**
 * Marks the run as live during the action, so that `clean` does not remove it. A socket like the lock's: the kernel closes it
 * with the process, so a killed run never counts as live.
 */
export async function withLiveRun<Value>(host: Host, runId: string, action: () => Promise<Value>): Promise<Value> {
  const holder = { pid: process.pid, command: `run ${runId}`, since: host.clock.now() };
  const { lock } = await placeLock(host, holder, runId);
  try {
    return await action();
  } finally {
    lock?.release();
  }
}
