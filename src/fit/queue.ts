import type { NodeResources } from '../kube/node-resources.js';
import { hasRoomFor, largestResources, noResources, subtractResources, type Resources } from '../kube/resources.js';
import { canPlace } from './placement.js';
import { sparkPods, type JobShape } from './spark-pods.js';

/** A run that was begun before this one. */
export interface EarlierRun {
  readonly runId: string;
  /** What the pods that it has yet to create will ask for. */
  readonly missing: readonly Resources[];
}

export interface QueueState {
  /** In the order in which they were begun. */
  readonly earlier: readonly EarlierRun[];
  readonly rooms: readonly NodeResources[];
  /** The same nodes once all runs have ended. */
  readonly roomsAfter: readonly NodeResources[];
}

/**
 * Whether a run has to wait for others: the job has no room next to what earlier runs have yet to ask for, but will have some
 * once they have ended. A run never overtakes an earlier one, or a large job would wait for as long as small ones come.
 */
export function mustWait(job: JobShape, { earlier, rooms, roomsAfter }: QueueState): boolean {
  const pods = sparkPods(job);
  return !canPlace(pods, reserve(rooms, earlier)) && canPlace(pods, roomsAfter);
}

function reserve(rooms: readonly NodeResources[], earlier: readonly EarlierRun[]): readonly NodeResources[] {
  return earlier.flatMap(({ missing }) => missing).reduce(place, rooms);
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
