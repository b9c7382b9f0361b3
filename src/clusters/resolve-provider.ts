import type { Host } from '../ports/host.js';
import { findPreparedCluster, isMinikubeMade, type PreparedRequest } from './prepared.js';
import type { ProviderName } from './provider.js';
import { readRequestedProvider } from './requested-provider.js';

/**
 * Whose cluster a command means: what somebody said, else the one that there is, minikube where there are both. Nothing is
 * noted anywhere: a prepared cluster says so itself.
 */
export async function resolveProvider(
  host: Host,
  signal: AbortSignal,
  wait: Pick<PreparedRequest, 'timeoutMs'> = {},
): Promise<ProviderName> {
  const said = await readRequestedProvider(host);
  if (said !== undefined) return said;
  if (await isMinikubeMade(host)) return 'minikube';
  const onDesktop = await findPreparedCluster(host, { ...wait, provider: 'docker-desktop', signal });
  return 'found' in onDesktop ? 'docker-desktop' : 'minikube';
}
