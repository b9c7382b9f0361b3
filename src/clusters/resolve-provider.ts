import type { Host } from '../ports/host.js';
import { findPreparedCluster, isMinikubeMade } from './prepared.js';
import type { ProviderName } from './provider.js';

/**
 * Whose cluster a command means: `requested`, which the settings have by flag, variable or file, else the one that there is, minikube where there are both. Nothing is
 * noted anywhere: a prepared cluster says so itself.
 */
export async function resolveProvider(
  host: Host,
  requested: ProviderName | undefined,
  signal: AbortSignal,
  wait: { readonly timeoutMs?: number } = {},
): Promise<ProviderName> {
  if (requested !== undefined) return requested;
  if (await isMinikubeMade(host)) return 'minikube';
  const onDesktop = await findPreparedCluster(host, { ...wait, provider: 'docker-desktop', signal });
  return 'found' in onDesktop ? 'docker-desktop' : 'minikube';
}
