import type { ClusterAccess } from '../clusters/capabilities.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { isStanding } from './leftovers.js';
import { observeLeftovers } from './observe.js';
import { nameObject, planClean } from './plan.js';
import { itemsOf } from './removal.js';

export interface Found {
  /** What `clean` would remove without any flag, except services that were started on purpose. */
  readonly leftovers: readonly string[];
  /** `deployment spark/spark-dev-submit`. */
  readonly standing: readonly string[];
}

/** Absent if the cluster does not tell. */
export async function listLeftovers(
  host: Host,
  access: ClusterAccess | undefined,
  signal: AbortSignal,
): Promise<Found> {
  try {
    const seen = await observeLeftovers(host, access, signal);
    const standing = seen.objects.others.filter(isStanding).map(nameObject);
    const items = itemsOf(planClean(seen, { all: false, volumes: false }));
    return { leftovers: items.filter((item) => !standing.includes(item)), standing };
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    return { leftovers: [], standing: [] };
  }
}
