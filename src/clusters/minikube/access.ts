import type { Host } from '../../ports/host.js';
import type { ClusterAccess } from '../capabilities.js';
import { describeKubectl, describeMinikube, type HostPrograms } from '../programs.js';
import { minikubeCapabilities } from './capabilities.js';
import { readDockerEnv } from './profile.js';

/** The cluster that init made, through spark-dev's own kubeconfig. */
export function accessMinikube(host: Host, programs: HostPrograms): ClusterAccess {
  const cluster = describeMinikube(host, programs);
  return {
    provider: minikubeCapabilities,
    ...describeKubectl(host, programs),
    childEnv: cluster.env,
    dockerEnv: (world, signal) => readDockerEnv(world, cluster, { signal }),
  };
}
