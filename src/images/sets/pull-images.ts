import { findEndpoint } from '../docker-endpoint.js';
import { imagesLog } from '../images-log.js';
import { load, planLoadOf } from '../load.js';
import { requireBudget } from '../plan-pull.js';
import { pullAll, type Pulled, type PullPlan, type PullRequest } from '../pull.js';
import type { Host } from '../../ports/host.js';
import { findImageSet, type ImageSet } from './image-set.js';
import { requireHostDaemon } from './require-daemons.js';

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
  {
    provider,
    hostOnly,
    signal,
  }: {
    readonly provider: string | undefined;
    readonly hostOnly: boolean;
    readonly signal: AbortSignal;
  },
): Promise<PulledImages> {
  const set = await findImageSet(host, provider, signal);
  const daemon = requireHostDaemon(set);
  const neededBytes = await requireBudget(host, plans, signal);
  const request = { logFile: imagesLog(host, 'pull'), signal };
  const engine = await host.docker(await findEndpoint(host, signal));
  const images = await pullAll(host, engine, daemon, plans, request);
  return { images, inCluster: hostOnly ? [] : await bringIn(host, set, images, request), neededBytes };
}

async function bringIn(
  host: Host,
  { host: own, cluster }: ImageSet,
  pulled: readonly Pulled[],
  request: PullRequest,
): Promise<readonly string[]> {
  if (own === undefined || cluster === undefined) return [];
  const names: string[] = [];
  for (const { reference } of pulled) {
    const options = { withContentTag: false, signal: request.signal };
    const loading = await planLoadOf(host, reference, { host: own, cluster }, options);
    await load(host, loading, cluster, request);
    names.push(...loading.names.map(({ as }) => as));
  }
  return names;
}
