import type { NodeResources } from '../kube/node-resources.js';
import { hasRoomFor, largestResources, noResources, subtractResources, type Resources } from '../kube/resources.js';
import type { FitCapacity } from './grow.js';
import { canPlace } from './placement.js';
import { sparkPods, type JobShape } from './spark-pods.js';
import { classifyFit, decideRequests, type Misfit, type Verdict } from './verdict.js';

/** A run that was begun before this one, with what it has in the cluster so far. */
export interface EarlierRun {
  readonly runId: string;
  readonly job: JobShape;
  /** What its driver asks for; undefined until there is one. */
  readonly driver: Resources | undefined;
  readonly executors: number;
}

export interface QueueState {
  /** In the order in which they were begun. */
  readonly earlier: readonly EarlierRun[];
  /** What the nodes have once every run has ended. */
  readonly roomsAfter: readonly NodeResources[];
}

export interface Shortage extends Misfit {
  /** Set where the job fits once runs have ended: those that are known by name. */
  readonly behind?: readonly string[];
}

export type QueueVerdict = Exclude<Verdict, Misfit> | Shortage;

/**
 * Whether the job fits now, next to what earlier runs have yet to ask for. A run never overtakes an earlier one: a large job
 * would otherwise wait for as long as small ones come.
 */
export function classifyInQueue(
  job: JobShape,
  capacity: FitCapacity,
  { earlier, roomsAfter }: QueueState,
): QueueVerdict {
  const verdict = classifyFit(job, { ...capacity, rooms: reserve(capacity.rooms, earlier) });
  if (verdict.kind === 'fits' || !canPlace(sparkPods(job), roomsAfter)) return verdict;
  return { ...verdict, behind: earlier.map(({ runId }) => runId) };
}

/** What the nodes have left when all earlier runs have their pods. */
function reserve(rooms: readonly NodeResources[], earlier: readonly EarlierRun[]): readonly NodeResources[] {
  return earlier.reduce((left, run) => listMissingPods(run, left).reduce(place, left), rooms);
}

/** What the run will still ask for. A submit pod ends before the executors come, and is smaller. */
function listMissingPods(
  { job, driver, executors }: EarlierRun,
  rooms: readonly NodeResources[],
): readonly Resources[] {
  const pods = sparkPods(decideRequests(job, driver?.cpuMilli, rooms));
  return [
    ...(driver === undefined ? [pods.driver.requests] : []),
    ...Array.from({ length: Math.max(0, pods.executors - executors) }, () => pods.executor.requests),
  ];
}

/** On the first node that can take it; one that fits nowhere yet keeps later runs away all the same. */
function place(rooms: readonly NodeResources[], asked: Resources): readonly NodeResources[] {
  const first = rooms.findIndex(({ free }) => hasRoomFor(free, asked));
  return rooms.map((room, index) =>
    index === Math.max(first, 0)
      ? { ...room, free: largestResources(noResources, subtractResources(room.free, asked)) }
      : room,
  );
}
