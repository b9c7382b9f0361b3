import type { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { RunView } from '../../spark/outcome.js';
import type { SchedulingShortage, ShortageTrouble } from './scheduling-shortage.js';
import { classifyWait, roomLimitMs, type Waiting } from './wait-limits.js';

const lookEveryMs = 1000;
/** Nobody looked for so long: this machine slept, or the program was stopped. */
const asleepMs = 15_000;

export interface RunWaiting {
  readonly see: (view: RunView) => void;
  /** The API server does not answer the watch. */
  readonly seeNothing: (why: string) => void;
  /** Looks every second whether a wait has lasted too long. */
  readonly onImpatience: (give: (up: SparkDevError) => void) => void;
}

/** Keeps what a run waits for, and says at once and in numbers where a pod finds no room, wherever the run's driver is. */
export function startWaiting(
  host: Host,
  observeSchedulingShortage: (trouble: ShortageTrouble, signal: AbortSignal) => Promise<SchedulingShortage>,
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
    waiting.shortage = await observeSchedulingShortage(crowded, signal).catch(() => undefined);
    if (!signal.aborted) sayCrowd(host, crowded, waiting.shortage);
  };
  const see = (view: RunView): void => {
    Object.assign(waiting, { view, broken: undefined });
    const crowded = view.troubles.find((trouble) => trouble.kind === 'unschedulable');
    if (crowded !== undefined && waiting.crowdedSince === undefined) {
      waiting.crowdedSince = now();
      void warn(crowded);
    } else if (crowded === undefined && waiting.crowdedSince !== undefined) {
      // the driver's own time to start begins now
      Object.assign(waiting, { crowdedSince: undefined, shortage: undefined, since: now() });
      if ([view.driver?.pod, ...view.executors].includes(waitsForRoom))
        host.ui.say(`There is room for ${String(waitsForRoom)} now`);
    }
    waitsForRoom = crowded?.pod;
  };
  /** A time in which nothing could be seen is no time that was waited. */
  const forgive = (sleptMs: number): void => {
    waiting.since += sleptMs;
    if (waiting.crowdedSince !== undefined) waiting.crowdedSince += sleptMs;
    if (waiting.broken !== undefined) waiting.broken = { ...waiting.broken, since: waiting.broken.since + sleptMs };
  };
  const look = async (give: (up: SparkDevError) => void): Promise<void> => {
    let lookedAt = now();
    while (!signal.aborted) {
      const sinceMs = now() - lookedAt;
      lookedAt += sinceMs;
      if (sinceMs > asleepMs) forgive(sinceMs);
      const impatience = classifyWait(waiting, now());
      if (impatience !== undefined) give(impatience);
      await host.clock.sleep(lookEveryMs, signal).catch(() => undefined);
    }
  };
  return {
    see,
    seeNothing: (why) => {
      waiting.broken = { since: waiting.broken?.since ?? now(), why };
    },
    onImpatience: (give) => {
      void look(give);
    },
  };
}

/** The run waits for room meanwhile. */
function sayCrowd(host: Host, crowded: ShortageTrouble, shortage: SchedulingShortage | undefined): void {
  host.ui.warn(`${crowded.what}. ${shortage?.why ?? crowded.why}`);
  const [first] = shortage?.fix ?? [];
  host.ui.say(
    `The run waits for room, ${String(roomLimitMs / 60_000)} minutes at the most while it cannot begin${first === undefined ? '' : `: ${first}`}`,
  );
}
