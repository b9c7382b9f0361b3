import { askKubectl, getObjectsArgv, parseObjects, readNodes } from '../kube/kubectl.js';
import type { Host } from '../ports/host.js';
import type { ClusterAccess } from './capabilities.js';
import { answered } from './observed-size.js';
import type { InsideStatus } from './provider.js';

const answerWithinMs = 5000;

/** What `status` shows from inside a cluster; undefined if the cluster does not answer. */
export async function observeInside(
  host: Host,
  cluster: ClusterAccess,
  signal: AbortSignal,
): Promise<InsideStatus['inside']> {
  const argv = getObjectsArgv(cluster, answerWithinMs);
  const asked = Promise.all([
    askKubectl({ host, cluster, signal }, argv, { timeoutMs: 2 * answerWithinMs }),
    host.kube(cluster).then((kube) => kube.listNodes()),
  ]);
  const found = await answered(signal, asked);
  return found && { objects: parseObjects(found[0]), nodes: readNodes({ items: found[1] }) };
}
