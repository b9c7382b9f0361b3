import type { Host } from '../ports/host.js';
import type { ObservedSize } from './observed-size.js';
import type { PreparedCluster } from './prepared.js';
import { findProvider } from './providers.js';

/** The size of the cluster that jobs run on. */
export function observeSize(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<ObservedSize> {
  return findProvider(host, cluster.provider).size(host, cluster, signal);
}

/** The capacity that a job must fit; without the host if the cluster cannot grow during a run. */
export async function observeGround(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<ObservedSize> {
  const facts = await observeSize(host, cluster, signal);
  return cluster.provider.cannot.grow === undefined ? facts : { ...facts, host: undefined };
}
