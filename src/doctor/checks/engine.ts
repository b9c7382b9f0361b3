import { useClusterDocker } from '../../images/sets/use-cluster-docker.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { observeEngine, type EngineObservation } from '../../toolchain/engine/observe.js';
import { planEngine } from '../../toolchain/engine/plan.js';
import type { Check, Finding } from '../check.js';
import { missingForCluster } from '../was-prepared.js';
import { showGigabytes } from '../../text/sizes.js';

export const engine: Check = {
  id: 'engine',
  group: 'Cluster',
  title: 'Docker',
  async run(world, { signal, settings }) {
    const { host } = await useClusterDocker(world, (await settings()).provider, signal);
    const seen = await observeEngine(host, signal);
    if (seen.daemon.kind === 'answers') {
      const { serverVersion, cpus, memoryMb } = seen.daemon.facts;
      return { status: 'ok', detail: `${serverVersion}, ${String(cpus)} CPUs, ${showGigabytes(memoryMb)}` };
    }
    return planOrRefusal(seen) ?? missingForCluster(host, describe(seen), { signal, settings });
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
