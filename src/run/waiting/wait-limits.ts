import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { RunView } from '../../spark/outcome.js';
import type { SchedulingShortage } from './scheduling-shortage.js';
import { troubleError } from './trouble-error.js';

const startLimitMs = 120_000;
export const roomLimitMs = 300_000;
const silenceLimitMs = 60_000;

/** What a run is waiting for; times in milliseconds since the epoch. */
export interface Waiting {
  readonly since: number;
  readonly view: RunView | undefined;
  /** Since when a pod finds no room, and what was seen of that. */
  readonly crowdedSince: number | undefined;
  readonly shortage: SchedulingShortage | undefined;
  /** Since when the API server does not answer the watch, and what it said last. */
  readonly broken: { readonly since: number; readonly why: string } | undefined;
}

/** Every wait but that for the job itself is bounded, and says what was seen last. */
export function classifyWait(waiting: Waiting, now: number): SparkDevError | undefined {
  const { view, crowdedSince, shortage, broken } = waiting;
  if (broken !== undefined && now - broken.since > silenceLimitMs) {
    return new SparkDevError('CLUSTER_UNREACHABLE', `The cluster has not answered for ${limit(silenceLimitMs)}`, {
      why: broken.why,
      fix: ['spark-dev status', 'spark-dev init --yes'],
    });
  }
  // with one executor the job gets on, be it slowly
  const getsOn = view?.driver?.state === 'running' && view.runningExecutors > 0;
  const crowded = view?.troubles.find(({ kind }) => kind === 'unschedulable');
  if (crowded !== undefined && crowdedSince !== undefined) {
    return !getsOn && now - crowdedSince > roomLimitMs ? troubleError(crowded, { shortage }) : undefined;
  }
  const driver = view?.driver;
  if (driver?.state === 'running' || now - waiting.since <= startLimitMs) return undefined;
  return new SparkDevError('TIMED_OUT', `The driver did not run within ${limit(startLimitMs)}`, {
    why:
      driver === undefined
        ? `There is no driver pod; the submit pod: ${describe(view?.submit)}.`
        : `Its pod: ${describe(driver)}.`,
    fix: ['spark-dev status', 'spark-dev doctor'],
  });
}

function describe(progress: RunView['submit']): string {
  if (progress === undefined) return 'not there';
  return progress.state === 'waiting' ? progress.note : progress.state;
}

function limit(ms: number): string {
  return `${String(ms / 1000)} s`;
}
