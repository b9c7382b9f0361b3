import type { Host } from '../../ports/host.js';
import { useDesktopDocker } from '../../clusters/docker-desktop/daemon.js';
import type { ProviderName } from '../../clusters/provider.js';
import { resolveProvider } from '../../clusters/resolve-provider.js';

export interface FacedCluster {
  readonly provider: ProviderName;
  /** An environment in which `docker` is the daemon that builds images for the cluster. */
  readonly host: Host;
}

export async function useClusterDocker(
  world: Host,
  requested: ProviderName | undefined,
  signal: AbortSignal,
): Promise<FacedCluster> {
  const provider = await resolveProvider(world, requested, signal);
  return { provider, host: provider === 'docker-desktop' ? await useDesktopDocker(world, signal) : world };
}
