import type { Host } from '../ports/host.js';
import { faceDesktop } from './docker-desktop/daemon.js';
import type { ProviderName } from './provider.js';
import { settleProvider } from './settle-provider.js';

export interface FacedCluster {
  readonly provider: ProviderName;
  /** In it, `docker` is the daemon on which images for the cluster are built. */
  readonly host: Host;
}

/** For commands that build images. */
export async function faceCluster(world: Host, signal: AbortSignal): Promise<FacedCluster> {
  const provider = await settleProvider(world, signal);
  return { provider, host: provider === 'docker-desktop' ? await faceDesktop(world, signal) : world };
}
