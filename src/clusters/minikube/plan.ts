import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import type { DaemonState } from '../../toolchain/engine/observe.js';
import { accessMinikube } from '../minikube/access.js';
import { describeKubectl, describeMinikube } from '../programs.js';
import { fitClusterSize, type HostCapacity } from '../../kube/size.js';
import { requireOwnership, planVolume } from '../own-cluster.js';
import { observeCluster, observePrerequisites } from '../prepare/observe.js';
import { describeDesired, describeStartSpec } from '../prepare/desired.js';
import { mustReconfigure } from './apply.js';
import { forgetConfigurationArgv, startArgv, unpauseArgv } from './argv.js';
import { minikubeCapabilities } from './capabilities.js';
import { planCluster, type PreparationRequest, type Preparation } from '../prepare/plan.js';
import { repairArgv } from './profile-config.js';

export async function planMinikube(host: Host, request: PreparationRequest): Promise<Preparation> {
  const known = await observePrerequisites(host, request, minikubeCapabilities);
  const { parts, programs, toolchain, engineCommands } = known;
  const observed = await observeCluster(host, known, request.signal);
  const { profile } = observed;
  const ownership = observed.engineAnswers
    ? await requireOwnership(host, request.signal)
    : ({ verdict: profile === 'absent' ? 'absent' : 'ours' } as const);
  const size = profile === 'absent' ? fitClusterSize(capacityOf(host, known.daemon), request.size) : undefined;
  const minikube = describeMinikube(host, programs);
  const start = [
    ...(mustReconfigure(profile) ? [forgetConfigurationArgv(parts.node.reference)] : []),
    ...(await planVolume(host, ownership)),
    ...(profile === 'damaged' ? [await requireMend(host)] : []),
    startArgv(minikube, describeStartSpec(host, parts, { size, settings: request.settings })),
  ];
  const desired = describeDesired(parts, {
    node: { unpause: [unpauseArgv(minikube)], start },
    kubectl: describeKubectl(host, programs),
    ...{ toolchain, engineCommands },
  });
  return {
    ...{ desired, observed, parts, programs },
    steps: planCluster(observed, desired),
    access: accessMinikube(host, programs),
    warnings: size?.warning === undefined ? [] : [size.warning],
    size,
    settings: request.settings,
  };
}

async function requireMend(host: Host): Promise<Argv> {
  const argv = await repairArgv(host.directories);
  if (argv !== undefined) return argv;
  throw new SparkDevError('CLUSTER_UNREACHABLE', 'minikube cannot read the profile of the cluster', {
    why: 'Its config.json is damaged, and init has not kept a copy of it yet.',
    fix: ['Start over: spark-dev down --delete && spark-dev init'],
  });
}

/** The node reports the size of the daemon's machine. */
export function capacityOf(host: Host, daemon: DaemonState): HostCapacity {
  return daemon.kind === 'answers' ? daemon.facts : host.platform;
}
