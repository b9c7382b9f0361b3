import type { Host } from '../../ports/host.js';
import { useDesktopDocker } from '../../clusters/docker-desktop/daemon.js';
import type { ProviderName } from '../../clusters/provider.js';
import { resolveProvider } from '../../clusters/resolve-provider.js';

export interface FacedCluster {
  readonly provider: ProviderName;
  /** In it, `docker` is the daemon on which images for the cluster are built. */
  readonly host: Host;
}

/** For commands that build images. */
export async function useClusterDocker(
  world: Host,
  requested: ProviderName | undefined,
  signal: AbortSignal,
): Promise<FacedCluster> {
  const provider = await resolveProvider(world, requested, signal);
  return { provider, host: provider === 'docker-desktop' ? await useDesktopDocker(world, signal) : world };
}
