import type { Host } from '../../ports/host.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import type { ObservedDaemons } from '../provider.js';
import { findDesktopContext } from './find-context.js';
import { findDockerContext } from './machine.js';

/** The variables that lead to Docker Desktop's daemon; none where the environment's own does, as on macOS and in WSL. */
export async function readDesktopDockerEnv(host: Host, signal?: AbortSignal): Promise<Record<string, string>> {
  const context = await findDockerContext(host, signal);
  // empty is as good as unset, and Skaffold asks for it before it asks for a context
  return context === undefined ? {} : { DOCKER_CONTEXT: context, DOCKER_HOST: '' };
}

/** The same world, in which `docker` is Docker Desktop's: what is built is then in its Kubernetes at once. */
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

/** What is built in Docker Desktop's daemon is in its Kubernetes at once. */
export async function observeDesktopDaemons(world: Host, signal: AbortSignal): Promise<ObservedDaemons> {
  const host = await useDesktopDocker(world, signal);
  const [engine, dockerEnv, context] = await Promise.all([
    observeEngine(host, signal),
    readDesktopDockerEnv(world, signal),
    findDesktopContext(host, signal),
  ]);
  const answers = engine.daemon.kind === 'answers';
  const isThere = answers && 'found' in context;
  return {
    host: answers ? { place: 'host', dockerEnv } : undefined,
    cluster: isThere ? { place: 'cluster', dockerEnv } : undefined,
    isOneDaemon: true,
    profile: isThere ? 'running' : 'absent',
  };
}
