import { findEndpoint } from '../images/docker-endpoint.js';
import { imagesLog } from '../images/images-log.js';
import { load, planLoadOf } from '../images/load.js';
import { requireBudget } from '../images/plan-pull.js';
import { pullAll, type Pulled, type PullPlan, type PullWish } from '../images/pull.js';
import type { Host } from '../ports/host.js';
import { findImageSet, type ImageSet } from './image-set.js';
import { requireHostDaemon } from './require-daemons.js';

export interface PulledImages {
  readonly images: readonly Pulled[];
  /** The names of those that are in the cluster now. */
  readonly inCluster: readonly string[];
  /** What the disk was checked for. */
  readonly neededBytes: number;
}

/** Through this machine's Docker, which has the user's proxies and certificates; the node has neither. */
export async function pullImages(
  host: Host,
  plans: readonly PullPlan[],
  { hostOnly, signal }: { readonly hostOnly: boolean; readonly signal: AbortSignal },
): Promise<PulledImages> {
  const set = await findImageSet(host, signal);
  const daemon = requireHostDaemon(set);
  const neededBytes = await requireBudget(host, plans, signal);
  const wish = { logFile: imagesLog(host, 'pull'), signal };
  const engine = await host.docker(await findEndpoint(host, signal));
  const images = await pullAll(host, engine, daemon, plans, wish);
  return { images, inCluster: hostOnly ? [] : await bringIn(host, set, images, wish), neededBytes };
}

async function bringIn(
  host: Host,
  { host: own, cluster }: ImageSet,
  pulled: readonly Pulled[],
  wish: PullWish,
): Promise<readonly string[]> {
  if (own === undefined || cluster === undefined) return [];
  const names: string[] = [];
  for (const { reference } of pulled) {
    const options = { withContentTag: false, signal: wish.signal };
    const loading = await planLoadOf(host, reference, { host: own, cluster }, options);
    await load(host, loading, cluster, wish);
    names.push(...loading.names.map(({ as }) => as));
  }
  return names;
}
