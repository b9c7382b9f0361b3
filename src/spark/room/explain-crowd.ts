import { showResize } from '../../cluster/fit/explain-fit.js';
import { growCluster } from '../../cluster/fit/grow.js';
import type { PreparedCluster } from '../../cluster/prepared.js';
import { hasRoomFor, noRoom, showRoom, type Room } from '../../cluster/room.js';
import { observeGround } from '../../cluster/observe-size.js';
import type { SizeFacts } from '../../cluster/size-facts.js';
import type { Host } from '../../ports/host.js';
import { isRuledOut, type Trouble } from '../outcome.js';

/** Why a pod finds no room, in numbers, and what would give it some. */
export interface Crowd {
  readonly why: string;
  readonly fix: readonly string[];
}

export type CrowdedTrouble = Extract<Trouble, { kind: 'unschedulable' }>;

/** Looks at the cluster; where that fails, the scheduler's own words must do. */
export async function lookAtCrowd(
  host: Host,
  cluster: PreparedCluster,
  trouble: CrowdedTrouble,
  signal: AbortSignal,
): Promise<Crowd> {
  // the nodes of a shared cluster are not ours to count
  if (cluster.provider === 'shared') return { why: trouble.why, fix: [] };
  return explainCrowd(trouble, await observeGround(host, cluster, signal), cluster.context);
}

/** Pure. A pod must find all of its room on one node, so the roomiest is the one to compare with. */
export function explainCrowd({ asks, why }: CrowdedTrouble, facts: SizeFacts, context: string): Crowd {
  if (isRuledOut(why)) {
    const nodes = `kubectl --context ${context} get nodes --show-labels   # what a selector can ask for`;
    return { why, fix: [nodes, 'Run it again with another --node-selector, or a toleration in spark-dev.yaml'] };
  }
  const grown = facts.node === undefined ? undefined : growCluster(asks, facts);
  const others = `kubectl --context ${context} get pods --all-namespaces   # end what else runs`;
  const smaller = 'Run it again with less: --executor-memory, --num-executors, or --fit shrink';
  return {
    why:
      facts.node === undefined
        ? `It asks for ${showRoom(asks)}. ${why}`
        : `It asks for ${showRoom(asks)}, free on one node ${facts.rooms.length === 1 ? 'are' : 'are at the most'} ${showRoom(roomiest(facts, asks))}. ${why}`,
    fix: [...(grown === undefined ? [] : [`${showResize(grown)}   # the run goes on`]), others, smaller],
  };
}

/** Where none has enough of both, the one with the most memory. */
function roomiest({ rooms }: SizeFacts, asks: Room): Room {
  const free = rooms.map((room) => room.free);
  return (
    free.find((room) => hasRoomFor(room, asks)) ??
    free.reduce((best, room) => (room.memoryMb > best.memoryMb ? room : best), free[0] ?? noRoom)
  );
}
