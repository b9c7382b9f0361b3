import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { RunView, Trouble } from '../../spark/outcome.js';
import type { SchedulingShortage, ShortageTrouble } from './scheduling-shortage.js';

const lookEveryMs = 1000;
/** No check for this long means that the machine slept or the program was stopped. */
const asleepMs = 15_000;

/** Tracks what a run waits for, and reports at once, in numbers, if a pod cannot be scheduled. */
export function startWaiting(
  host: Host,
  observeSchedulingShortage: (trouble: ShortageTrouble) => Promise<SchedulingShortage>,
  signal: AbortSignal,
) {
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
    /** The API server does not answer the watch. */
    seeNothing: (why: string) => {
      waiting.broken = { since: waiting.broken?.since ?? now(), why };
    },
    /** Rejects once a wait has timed out; checked every second. */
    impatience: new Promise<never>((_, reject) => {
      void look(reject);
    }),
  };
}

const startLimitMs = 120_000;
const roomLimitMs = 300_000;
const silenceLimitMs = 60_000;

/** What a run waits for; times in milliseconds since the epoch. */
export interface Waiting {
  readonly since: number;
  readonly view: RunView | undefined;
  /** Since when a pod cannot be scheduled, and why. */
  readonly crowdedSince: number | undefined;
  readonly shortage: SchedulingShortage | undefined;
  /** Since when the API server does not answer the watch, and the last error. */
  readonly broken: { readonly since: number; readonly why: string } | undefined;
}

/** Every wait except for the job itself has a timeout, and its error has the last state. */
export function classifyWait(waiting: Waiting, now: number): SparkDevError | undefined {
  const { view, crowdedSince, shortage, broken } = waiting;
  if (broken !== undefined && now - broken.since > silenceLimitMs) {
    return new SparkDevError('CLUSTER_UNREACHABLE', `The cluster has not answered for ${limit(silenceLimitMs)}`, {
      why: broken.why,
      fix: ['spark-dev status', 'spark-dev init --yes'],
    });
  }
  // one executor is enough for progress
  const getsOn = view?.driver?.state === 'running' && view.runningExecutors > 0;
  const crowded = view?.troubles.find(({ kind }) => kind === 'unschedulable');
  if (crowded !== undefined && crowdedSince !== undefined) {
    return !getsOn && now - crowdedSince > roomLimitMs ? troubleError(crowded, { shortage }) : undefined;
  }
  const driver = view?.driver;
  if (driver?.state === 'running' || now - waiting.since <= startLimitMs) return undefined;
  return new SparkDevError('TIMED_OUT', `The driver did not start within ${limit(startLimitMs)}`, {
    why:
      driver === undefined
        ? `There is no driver pod; the submit pod: ${describe(view?.submit)}.`
        : `Its pod: ${describe(driver)}.`,
    fix: ['spark-dev status', 'spark-dev doctor'],
  });
}

function describe(progress: RunView['submit']): string {
  if (progress === undefined) return 'missing';
  return progress.state === 'waiting' ? progress.note : progress.state;
}

function limit(ms: number): string {
  return `${String(ms / 1000)} s`;
}

const troubles = {
  image: { code: 'IMAGE_MISSING', fix: ['spark-dev init --yes', 'spark-dev status'] },
  unschedulable: { code: 'RESOURCES_SHORT', fix: ['spark-dev status', 'Wait until other runs finish'] },
  config: { code: 'JOB_FAILED', fix: ['spark-dev init --yes'] },
  submit: { code: 'JOB_FAILED', fix: ['spark-dev status'] },
} as const;

/** The inspected shortage explains more than the scheduler's message. */
export function troubleError(
  trouble: Trouble,
  more: {
    readonly log?: string;
    readonly shortage?: SchedulingShortage | undefined;
    readonly fix?: readonly string[];
  } = {},
): SparkDevError {
  const { log, shortage, fix: known = [] } = more;
  const { code, fix: usual } = troubles[trouble.kind];
  const fix = known.length > 0 ? known : usual;
  return new SparkDevError(code, trouble.what, {
    why: shortage?.why ?? trouble.why,
    fix: shortage?.fix ?? fix,
    facts: { pod: trouble.pod, ...(trouble.kind === 'unschedulable' ? { asks: trouble.asks } : {}) },
    ...(log === undefined ? {} : { log }),
  });
}
