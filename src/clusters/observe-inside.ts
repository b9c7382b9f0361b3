import { askKubectl, getNodesArgv, getObjectsArgv, parseNodes, parseObjects } from '../kube/kubectl.js';
import type { Host } from '../ports/host.js';
import type { ClusterAccess } from './capabilities.js';
import { answered } from './observed-size.js';
import type { InsideStatus } from './provider.js';

const answerWithinMs = 5000;

/** What `status` tells of a cluster from inside; undefined where it does not answer. */
export async function observeInside(
  host: Host,
  cluster: ClusterAccess,
  signal: AbortSignal,
): Promise<InsideStatus['inside']> {
  const session = { host, cluster, signal };
  const options = { timeoutMs: 2 * answerWithinMs };
  const read = Promise.all([
    askKubectl(session, getNodesArgv(cluster, answerWithinMs), options),
    askKubectl(session, getObjectsArgv(cluster, answerWithinMs), options),
  ]);
  const found = await answered(signal, read);
  return found === undefined ? undefined : { nodes: parseNodes(found[0]), objects: parseObjects(found[1]) };
}
