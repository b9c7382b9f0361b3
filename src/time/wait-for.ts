import type { Clock } from '../ports/host.js';

export interface WaitLimits<Value> {
  readonly until: (answer: Value) => boolean;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks at least once, until the answer is accepted or the time is over, and returns the last answer. Rejects with what `ask`
 * throws, or with the signal's reason.
 */
export async function waitFor<Value>(
  clock: Clock,
  ask: () => Promise<Value>,
  { until, everyMs, timeoutMs, signal }: WaitLimits<Value>,
): Promise<Value> {
  const deadline = clock.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (until(answer) || clock.now() > deadline) return answer;
    await clock.sleep(everyMs, signal);
  }
}
