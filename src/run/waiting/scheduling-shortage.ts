import { showResize } from '../../fit/explain-fit.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { hasRoomFor, noResources, showResources, type Resources } from '../../kube/resources.js';
import type { ObservedSize } from '../../clusters/observed-size.js';
import type { Host } from '../../ports/host.js';
import { isRuledOut, type Trouble } from '../../spark/outcome.js';
import { observeJobCapacity } from '../../clusters/providers.js';
import { growCluster } from '../../fit/verdict.js';

/** Why a pod cannot be scheduled, in numbers, and how to fix it. */
export interface SchedulingShortage {
  readonly why: string;
  readonly fix: readonly string[];
}

export type ShortageTrouble = Extract<Trouble, { kind: 'unschedulable' }>;

/** Inspects the cluster; if that fails, quotes the scheduler. */
export async function observeSchedulingShortage(
  host: Host,
  cluster: PreparedCluster,
  trouble: ShortageTrouble,
  signal: AbortSignal,
): Promise<SchedulingShortage> {
  // nodes of a shared cluster are not inspected
  if (cluster.provider.isShared) return { why: trouble.why, fix: [] };
  return explainSchedulingShortage(trouble, await observeJobCapacity(host, cluster, signal), cluster.context);
}

/** Pure. A pod must fit on one node, so it compares with the node that has the most free resources. */
export function explainSchedulingShortage(
  { asks, why }: ShortageTrouble,
  facts: ObservedSize,
  context: string,
): SchedulingShortage {
  if (isRuledOut(why)) {
    const nodes = `kubectl --context ${context} get nodes --show-labels   # labels for a selector`;
    return { why, fix: [nodes, 'Run it again with another --node-selector, or a toleration in spark-dev.yaml'] };
  }
  const grown = facts.node === undefined ? undefined : growCluster(asks, facts);
  const others = `kubectl --context ${context} get pods --all-namespaces   # delete what is not needed`;
  const smaller = 'Run a smaller job: --executor-memory, --num-executors, or --fit shrink';
  return {
    why:
      facts.node === undefined
        ? `It requests ${showResources(asks)}. ${why}`
        : `It requests ${showResources(asks)}; ${facts.rooms.length === 1 ? 'the node has' : 'no node has more than'} ${showResources(roomiest(facts, asks))} free. ${why}`,
    fix: [...(grown === undefined ? [] : [`${showResize(grown)}   # the run continues`]), others, smaller],
  };
}

/** If no node has enough of both, the one with the most memory. */
function roomiest({ rooms }: ObservedSize, asks: Resources): Resources {
  const free = rooms.map((room) => room.free);
  return (
    free.find((room) => hasRoomFor(room, asks)) ??
    free.reduce((best, room) => (room.memoryMb > best.memoryMb ? room : best), free[0] ?? noResources)
  );
}
