import type { Provider } from '../../clusters/provider.js';
import { resolveProvider } from '../../clusters/providers.js';
import type { Host } from '../../ports/host.js';

export interface FacedCluster {
  readonly provider: Provider;
  /** An environment in which `docker` is the daemon that builds images for the cluster. */
  readonly host: Host;
}

export async function useClusterDocker(
  world: Host,
  requested: string | undefined,
  signal: AbortSignal,
): Promise<FacedCluster> {
  const provider = await resolveProvider(world, requested, signal);
  return { provider, host: (await provider.useDocker?.(world, signal)) ?? world };
}
