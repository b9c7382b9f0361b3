import type { Host } from '../../ports/host.js';
import { describeKubectl, describeMinikube, type HostPrograms } from '../programs.js';
import type { ClusterAccess } from '../provider.js';
import { readDockerEnv } from './provider.js';

/** The cluster that init made, by the kubeconfig that is ours alone. */
export function accessMinikube(host: Host, programs: HostPrograms): ClusterAccess {
  const cluster = describeMinikube(host, programs);
  return {
    provider: 'minikube',
    ...describeKubectl(host, programs),
    childEnv: cluster.env,
    dockerEnv: (world, signal) => readDockerEnv(world, cluster, { signal }),
  };
}
