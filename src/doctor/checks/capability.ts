import { resolveProvider } from '../../clusters/providers.js';
import { observeEngine, relaxedRuntime } from '../../toolchain/engine/observe.js';
import type { Check } from '../check.js';
import { withinCheck } from '../was-prepared.js';

export const capability: Check = {
  id: 'capability',
  group: 'Cluster',
  title: 'CAP_SYS_RESOURCE',
  async run(host, { signal, settings }) {
    if (host.platform.os !== 'linux') return { status: 'skip', detail: 'only relevant on Linux' };
    const provider = await resolveProvider(host, (await settings()).provider, signal, withinCheck);
    if (!provider.isMadeByUs)
      return {
        status: 'skip',
        detail: `only needed for nodes that spark-dev starts; this is ${provider.title}'s cluster`,
      };
    const { daemon, lacksSysResource } = await observeEngine(host, signal);
    if (daemon.kind === 'answers' && daemon.facts.defaultRuntime === relaxedRuntime) {
      return {
        status: 'ok',
        detail: `not needed: this Docker uses the runtime ${relaxedRuntime}, which works without it`,
      };
    }
    if (!lacksSysResource) return { status: 'ok', detail: 'available' };
    if (daemon.kind !== 'answers') {
      return { status: 'ok', detail: 'denied here; a Docker that init starts uses a runtime that works without it' };
    }
    return {
      status: 'fail',
      detail:
        'denied here, and spark-dev does not change a Docker that it did not start: no cluster node can start on it',
      fix: ['Stop that Docker, then: spark-dev init --yes', 'spark-dev run sparkpi --target local'],
    };
  },
};
