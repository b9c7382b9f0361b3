import type { Host } from '../../ports/host.js';
import { clusterEnv, joinToolsPath, proxyExceptions } from '../../kube/names.js';
import type { HostPrograms } from '../programs.js';
import type { ClusterAccess } from '../capabilities.js';
import { desktopCapabilities } from './capabilities.js';
import { desktopName, type DesktopContext, findDesktopContext } from './find-context.js';
import { observeDaemon } from '../../toolchain/engine/observe.js';
import type { ObservedDaemons } from '../provider.js';
import { findDockerContext } from './machine.js';

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

/** The variables for Docker Desktop's daemon; none if the environment already selects it, as on macOS and in WSL. */
export async function readDesktopDockerEnv(host: Host, signal?: AbortSignal): Promise<Record<string, string>> {
  const context = await findDockerContext(host, signal);
  // empty counts as unset; Skaffold reads it before it reads the context
  return context === undefined ? {} : { DOCKER_CONTEXT: context, DOCKER_HOST: '' };
}

/** The same host, with `docker` set to Docker Desktop's daemon: its Kubernetes sees every built image at once. */
export async function useDesktopDocker(host: Host, signal?: AbortSignal): Promise<Host> {
  const env = await readDesktopDockerEnv(host, signal);
  if (Object.keys(env).length === 0) return host;
  const { runner } = host;
  return {
    ...host,
    env: { ...host.env, ...env },
    runner: {
      ...runner,
      run: (argv, options) => runner.run(argv, { ...options, env: { ...env, ...options?.env } }),
      attach: (argv, options) => runner.attach(argv, { ...options, env: { ...env, ...options?.env } }),
      detach: (argv, options) => runner.detach(argv, { ...options, env: { ...env, ...options.env } }),
    },
  };
}

/** Docker Desktop's Kubernetes sees images in its daemon at once. */
export async function observeDesktopDaemons(world: Host, signal: AbortSignal): Promise<ObservedDaemons> {
  const host = await useDesktopDocker(world, signal);
  const [daemon, dockerEnv, context] = await Promise.all([
    observeDaemon(host, signal),
    readDesktopDockerEnv(host, signal),
    findDesktopContext(host, signal),
  ]);
  const answers = daemon.kind === 'answers';
  const isThere = answers && 'found' in context;
  return {
    host: answers ? { place: 'host', dockerEnv } : undefined,
    cluster: isThere ? { place: 'cluster', dockerEnv } : undefined,
    isOneDaemon: true,
    profile: isThere ? 'running' : 'absent',
  };
}
