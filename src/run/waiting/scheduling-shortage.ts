import { showResize } from '../../fit/explain-fit.js';
import { growCluster } from '../../fit/grow.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { hasRoomFor, noResources, showResources, type Resources } from '../../kube/resources.js';
import { observeGround } from '../../clusters/observe-size.js';
import type { ObservedSize } from '../../clusters/observed-size.js';
import type { Host } from '../../ports/host.js';
import { isRuledOut, type Trouble } from '../../spark/outcome.js';

/** Why a pod finds no room, in numbers, and what would give it some. */
export interface SchedulingShortage {
  readonly why: string;
  readonly fix: readonly string[];
}

export type ShortageTrouble = Extract<Trouble, { kind: 'unschedulable' }>;

/** Looks at the cluster; where that fails, the scheduler's own words must do. */
export async function observeSchedulingShortage(
  host: Host,
  cluster: PreparedCluster,
  trouble: ShortageTrouble,
  signal: AbortSignal,
): Promise<SchedulingShortage> {
  // the nodes of a shared cluster are not ours to count
  if (cluster.provider.isShared) return { why: trouble.why, fix: [] };
  return explainSchedulingShortage(trouble, await observeGround(host, cluster, signal), cluster.context);
}

/** Pure. A pod must find all of its room on one node, so the roomiest is the one to compare with. */
export function explainSchedulingShortage(
  { asks, why }: ShortageTrouble,
  facts: ObservedSize,
  context: string,
): SchedulingShortage {
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
        ? `It asks for ${showResources(asks)}. ${why}`
        : `It asks for ${showResources(asks)}, free on one node ${facts.rooms.length === 1 ? 'are' : 'are at the most'} ${showResources(roomiest(facts, asks))}. ${why}`,
    fix: [...(grown === undefined ? [] : [`${showResize(grown)}   # the run goes on`]), others, smaller],
  };
}

/** Where none has enough of both, the one with the most memory. */
function roomiest({ rooms }: ObservedSize, asks: Resources): Resources {
  const free = rooms.map((room) => room.free);
  return (
    free.find((room) => hasRoomFor(room, asks)) ??
    free.reduce((best, room) => (room.memoryMb > best.memoryMb ? room : best), free[0] ?? noResources)
  );
}
