import { isThere } from '../../files/paths.js';
import { isOpen } from '../../journal/journal.js';
import { clusterPaths } from '../../kube/names.js';
import type { Host } from '../../ports/host.js';
import { findPrograms, readPrepared, type PreparedAnswer, type PreparedRequest } from '../prepared.js';
import { accessMinikube } from './access.js';
import { minikubeCapabilities } from './capabilities.js';

/** Not asked where there is no kubeconfig. */
export async function findOnMinikube(host: Host, request: PreparedRequest): Promise<PreparedAnswer> {
  if (await isOpen(host, 'recreate-cluster'))
    return { absent: 'it is being made anew: `spark-dev init --yes` ends that' };
  if (!(await isThere(clusterPaths(host.directories).kubeconfig))) return { absent: 'no cluster was made yet' };
  const programs = await findPrograms(host, minikubeCapabilities, request.signal);
  return 'absent' in programs ? programs : readPrepared(host, accessMinikube(host, programs), programs, request);
}
