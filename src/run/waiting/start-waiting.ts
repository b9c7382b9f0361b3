import type { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { RunView } from '../../spark/outcome.js';
import type { SchedulingShortage, ShortageTrouble } from './scheduling-shortage.js';
import { classifyWait, roomLimitMs, type Waiting } from './wait-limits.js';

const lookEveryMs = 1000;
/** No check for this long means that the machine slept or the program was stopped. */
const asleepMs = 15_000;

export interface RunWaiting {
  readonly see: (view: RunView) => void;
  /** Called when the API server does not answer the watch. */
  readonly seeNothing: (why: string) => void;
  /** Rejects once a wait has timed out; checked every second. */
  readonly impatience: Promise<never>;
}

/** Tracks what a run waits for, and reports at once, in numbers, if a pod cannot be scheduled. */
export function startWaiting(
  host: Host,
  observeSchedulingShortage: (trouble: ShortageTrouble) => Promise<SchedulingShortage>,
  signal: AbortSignal,
): RunWaiting {
  const now = (): number => host.clock.now();
  const waiting: { -readonly [Key in keyof Waiting]: Waiting[Key] } = {
    since: now(),
    view: undefined,
    crowdedSince: undefined,
    shortage: undefined,
    broken: undefined,
  };
  let waitsForRoom: string | undefined;
  const warn = async (crowded: ShortageTrouble): Promise<void> => {
    const shortage = await observeSchedulingShortage(crowded).catch(() => undefined);
    waiting.shortage = shortage;
    if (signal.aborted) return;
    host.ui.warn(`${crowded.what}. ${shortage?.why ?? crowded.why}`);
    const fix = shortage?.fix[0] === undefined ? '' : `: ${shortage.fix[0]}`;
    const minutes = String(roomLimitMs / 60_000);
    host.ui.say(`The run waits for free resources, at most ${minutes} minutes before it starts${fix}`);
  };
  const see = (view: RunView): void => {
    Object.assign(waiting, { view, broken: undefined });
    const crowded = view.troubles.find((trouble) => trouble.kind === 'unschedulable');
    if (crowded !== undefined && waiting.crowdedSince === undefined) {
      waiting.crowdedSince = now();
      void warn(crowded);
    } else if (crowded === undefined && waiting.crowdedSince !== undefined) {
      // the driver's start timeout begins now
      Object.assign(waiting, { crowdedSince: undefined, shortage: undefined, since: now() });
      if ([view.driver?.pod, ...view.executors].includes(waitsForRoom))
        host.ui.say(`${String(waitsForRoom)} can be scheduled now`);
    }
    waitsForRoom = crowded?.pod;
  };
  const look = async (giveUp: (error: SparkDevError) => void): Promise<void> => {
    let lookedAt = now();
    while (!signal.aborted) {
      const sinceMs = now() - lookedAt;
      lookedAt += sinceMs;
      if (sinceMs > asleepMs) {
        // time without checks does not count as waiting
        waiting.since += sinceMs;
        if (waiting.crowdedSince !== undefined) waiting.crowdedSince += sinceMs;
        if (waiting.broken !== undefined) waiting.broken = { ...waiting.broken, since: waiting.broken.since + sinceMs };
      }
      const impatience = classifyWait(waiting, now());
      if (impatience !== undefined) giveUp(impatience);
      await host.clock.sleep(lookEveryMs, signal).catch(() => undefined);
    }
  };
  return {
    see,
    seeNothing: (why) => {
      waiting.broken = { since: waiting.broken?.since ?? now(), why };
    },
    impatience: new Promise((_, reject) => {
      void look(reject);
    }),
  };
}
