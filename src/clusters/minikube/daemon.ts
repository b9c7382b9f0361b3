import type { Host } from '../../ports/host.js';
import { observeDaemon } from '../../toolchain/engine/observe.js';
import { resolveSource } from '../prepare/source.js';
import { locatePrograms } from '../programs.js';
import type { ObservedDaemons } from '../provider.js';
import { accessMinikube } from './access.js';
import { lookAtProfile } from './profile.js';

/** The node has its own daemon; this machine's daemon builds the images for it. */
export async function observeMinikubeDaemons(host: Host, signal: AbortSignal): Promise<ObservedDaemons> {
  const [daemon, programs] = await Promise.all([
    observeDaemon(host, signal),
    resolveSource(host).then((source) => locatePrograms(host, signal, source)),
  ]);
  const answers = daemon.kind === 'answers';
  const { state } = await lookAtProfile(host, programs, answers, signal);
  const dockerEnv = state === 'running' ? await accessMinikube(host, programs).dockerEnv(host, signal) : undefined;
  return {
    host: answers ? { place: 'host', dockerEnv: undefined } : undefined,
    cluster: dockerEnv === undefined ? undefined : { place: 'cluster', dockerEnv },
    isOneDaemon: false,
    profile: state,
  };
}
