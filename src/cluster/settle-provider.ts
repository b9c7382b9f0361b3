import type { Host } from '../ports/host.js';
import { findPreparedCluster, isMinikubeMade, type PreparedWish } from './prepared.js';
import type { ProviderName } from './provider.js';
import { readWishedProvider } from './wished-provider.js';

/**
 * Whose cluster a command means: what somebody said, else the one that there is, minikube where there are both. Nothing is
 * noted anywhere: a prepared cluster says so itself.
 */
export async function settleProvider(
  host: Host,
  signal: AbortSignal,
  wait: Pick<PreparedWish, 'timeoutMs'> = {},
): Promise<ProviderName> {
  const said = await readWishedProvider(host);
  if (said !== undefined) return said;
  if (await isMinikubeMade(host)) return 'minikube';
  const onDesktop = await findPreparedCluster(host, { ...wait, provider: 'docker-desktop', signal });
  return 'found' in onDesktop ? 'docker-desktop' : 'minikube';
}
