import type { Host } from '../../ports/host.js';
import { clusterEnv, joinToolsPath } from '../../kube/names.js';
import type { HostPrograms } from '../programs.js';
import type { ClusterAccess } from '../capabilities.js';
import { desktopCapabilities } from './capabilities.js';
import { proxyExceptions } from '../../kube/proxy-exceptions.js';
import { readDesktopDockerEnv } from './daemon.js';
import { desktopName, type DesktopContext } from './find-context.js';

/** Docker Desktop's Kubernetes, through the user's own context. */
export async function accessDesktop(
  host: Host,
  { paths, missing }: HostPrograms,
  { kubeconfig, server }: DesktopContext,
  signal?: AbortSignal,
): Promise<ClusterAccess> {
  const ours = (['skaffold', 'kubectl'] as const).filter((name) => !missing.includes(name)).map((name) => paths[name]);
  const dockerEnv = await readDesktopDockerEnv(host, signal);
  return {
    provider: desktopCapabilities,
    kubectl: paths.kubectl,
    kubeconfig,
    context: desktopName,
    childEnv: {
      ...clusterEnv(host, joinToolsPath(host, ours), kubeconfig),
      ...proxyExceptions(host.env, [new URL(server).hostname]),
      // Skaffold builds on the daemon in DOCKER_HOST
      ...dockerEnv,
    },
    dockerEnv: () => Promise.resolve(dockerEnv),
  };
}
