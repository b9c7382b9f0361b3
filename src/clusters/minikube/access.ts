import type { Host } from '../../ports/host.js';
import type { ClusterAccess } from '../capabilities.js';
import { describeKubectl, describeMinikube, type HostPrograms } from '../programs.js';
import { minikubeCapabilities } from './capabilities.js';
import { readDockerEnv } from './profile.js';
import { isThere } from '../../files/paths.js';
import { isOpen } from '../../journal/journal.js';
import { clusterPaths } from '../../kube/names.js';
import { findPrograms, readPrepared, type PreparedAnswer, type PreparedRequest } from '../prepared.js';

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

/** Does not ask the cluster if there is no kubeconfig. */
export async function findOnMinikube(host: Host, request: PreparedRequest): Promise<PreparedAnswer> {
  if (await isOpen(host, 'recreate-cluster'))
    return { absent: 'its recreation is unfinished: `spark-dev init --yes` finishes it' };
  if (!(await isThere(clusterPaths(host.directories).kubeconfig))) return { absent: 'there is no cluster yet' };
  const programs = await findPrograms(host, minikubeCapabilities, request.signal);
  return 'absent' in programs ? programs : readPrepared(host, accessMinikube(host, programs), programs, request);
}
