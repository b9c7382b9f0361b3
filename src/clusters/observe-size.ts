import type { Host } from '../ports/host.js';
import { observeDesktopSize } from './docker-desktop/size.js';
import type { PreparedCluster } from './prepared.js';
import { capabilities } from './provider.js';
import { observeSizes, type ObservedSize } from './observed-size.js';

/** The size of whichever cluster runs go to. */
export function observeSize(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<ObservedSize> {
  return cluster.provider === 'docker-desktop'
    ? observeDesktopSize(host, cluster, signal)
    : observeSizes(host, cluster.programs, signal);
}

/** The ground on which a job is fitted: where nothing can grow under a run, there is no host to grow on. */
export async function observeGround(host: Host, cluster: PreparedCluster, signal: AbortSignal): Promise<ObservedSize> {
  const facts = await observeSize(host, cluster, signal);
  return capabilities[cluster.provider].cannot.grow === undefined ? facts : { ...facts, host: undefined };
}
