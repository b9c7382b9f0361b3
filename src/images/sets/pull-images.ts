import { findEndpoint } from '../docker-endpoint.js';
import { load, planLoadOf } from '../load.js';
import { requireBudget, type PullPlan } from '../plan-pull.js';
import { pullAll, type Pulled } from '../pull.js';
import type { Host } from '../../ports/host.js';
import { findImageSet, requireHostDaemon } from './image-set.js';
import { imagesLog } from '../image-store.js';

export interface PulledImages {
  readonly images: readonly Pulled[];
  /** The names of the images that are in the cluster now. */
  readonly inCluster: readonly string[];
  readonly neededBytes: number;
}

/** Pulls through this machine's Docker, which has the user's proxies and certificates; the node has neither. */
export async function pullImages(
  host: Host,
  plans: readonly PullPlan[],
  request: { readonly provider: string | undefined; readonly hostOnly: boolean; readonly signal: AbortSignal },
): Promise<PulledImages> {
  const { provider, hostOnly, signal } = request;
  const set = await findImageSet(host, provider, signal);
  const daemon = requireHostDaemon(set);
  const neededBytes = await requireBudget(host, plans, signal);
  const options = { logFile: imagesLog(host, 'pull'), signal };
  const engine = await host.docker(await findEndpoint(host, signal));
  const images = await pullAll({ host, engine, daemon, ...options }, plans);
  const inCluster: string[] = [];
  const { cluster } = set;
  if (hostOnly || cluster === undefined) return { images, inCluster, neededBytes };
  for (const { reference } of images) {
    const daemons = { host: daemon, cluster };
    const loading = await planLoadOf(host, reference, daemons, { withContentTag: false, signal });
    await load(host, loading, cluster, options);
    inCluster.push(...loading.names.map(({ as }) => as));
  }
  return { images, inCluster, neededBytes };
}
