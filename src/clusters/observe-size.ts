import type { Host } from '../ports/host.js';
import type { ObservedSize } from './observed-size.js';
import type { PreparedCluster } from './prepared.js';
import { findProvider } from './providers.js';

/** The size of whichever cluster runs go to. */
export function observeSize(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<ObservedSize> {
  return findProvider(host, cluster.provider).size(host, cluster, signal);
}

/** The ground on which a job is fitted: where nothing can grow under a run, there is no host to grow on. */
export async function observeGround(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<ObservedSize> {
  const facts = await observeSize(host, cluster, signal);
  return cluster.provider.cannot.grow === undefined ? facts : { ...facts, host: undefined };
}
