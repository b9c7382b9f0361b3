import { placeLock } from '../journal/place-lock.js';
import type { Host } from '../ports/host.js';

export { isRunHeld as isRunLive } from '../journal/place-lock.js';

/** With the run's folder in it: so a program that outlives its spark-dev is known as ours. */
export { workVariable as runVariable } from '../toolchain/half-made.js';

/**
 * As long as the action lasts, whoever looks for leftovers sees that somebody cares for this run. A socket like the lock's:
 * the kernel closes it with the process, so a run that was killed is never taken for a live one.
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
