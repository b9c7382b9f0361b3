import { SparkDevError } from '../../errors/spark-dev-error.js';
import { showGigabytes } from '../../text/sizes.js';
import { observeEngine, relaxedRuntime, type EngineObservation } from '../../toolchain/engine/observe.js';
import { planEngine } from '../../toolchain/engine/plan.js';
import { chooseProvider, missingForCluster, ok, skip, type Check, type Finding } from '../check.js';
import { useClusterDocker } from '../../images/sets/image-set.js';

const engine: Check = {
  id: 'engine',
  group: 'Cluster',
  title: 'Docker',
  async run(world, context) {
    const { signal, settings } = context;
    const { host } = await useClusterDocker(world, (await settings()).provider, signal);
    const seen = await observeEngine(host, signal);
    if (seen.daemon.kind === 'answers') {
      const { serverVersion, cpus, memoryMb } = seen.daemon.facts;
      return ok(`${serverVersion}, ${String(cpus)} CPUs, ${showGigabytes(memoryMb)}`);
    }
    return planOrRefusal(seen) ?? missingForCluster(host, describe(seen), context);
  },
};

/** If init would refuse, the user has to act, and the check uses init's message. */
function planOrRefusal(seen: EngineObservation): Finding | undefined {
  try {
    // the other packages that init would install are not Docker's fault
    planEngine({ ...seen, missingRootPackages: [] });
    return undefined;
  } catch (error) {
    if (!(error instanceof SparkDevError)) throw error;
    const detail = error.why === undefined ? error.what : `${error.what}. ${error.why}`;
    return { status: 'fail', detail, fix: error.fix };
  }
}

function describe(seen: EngineObservation): string {
  if (!seen.hasDockerCli && !seen.hasDockerd) return 'Docker is not installed';
  return seen.hasDockerCli ? 'Docker does not run' : 'the docker command is missing';
}

const capability: Check = {
  id: 'capability',
  group: 'Cluster',
  title: 'CAP_SYS_RESOURCE',
  async run(host, context) {
    if (host.platform.os !== 'linux') return skip('only relevant on Linux');
    const provider = await chooseProvider(host, context);
    if (!provider.isMadeByUs)
      return skip(`only needed for nodes that spark-dev starts; this is ${provider.title}'s cluster`);
    const { daemon, lacksSysResource } = await observeEngine(host, context.signal);
    if (daemon.kind === 'answers' && daemon.facts.defaultRuntime === relaxedRuntime)
      return ok(`not needed: this Docker uses the runtime ${relaxedRuntime}, which works without it`);
    if (!lacksSysResource) return ok('available');
    if (daemon.kind !== 'answers')
      return ok('denied here; a Docker that init starts uses a runtime that works without it');
    return {
      status: 'fail',
      detail:
        'denied here, and spark-dev does not change a Docker that it did not start: no cluster node can start on it',
      fix: ['Stop that Docker, then: spark-dev init --yes', 'spark-dev run sparkpi --target local'],
    };
  },
};

export const dockerChecks = [engine, capability];
