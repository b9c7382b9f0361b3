import { kubectl, runKubectl } from '../../kube/kubectl.js';
import type { NamespaceSession } from '../../namespaces/session.js';

/** A run that is shorter is removed by the next call, should we be killed. */
const afterMs = 60_000;
/** A week from its start: a laptop may sleep over a weekend, and its clock goes on meanwhile. */
const leaseSeconds = 7 * 24 * 3600;

/** On a cluster of this machine, the kubelet ends a driver that everybody has forgotten; docs/decisions/lost-runs.md. */
export async function giveLease({ host, cluster, signal }: NamespaceSession, pod: string): Promise<void> {
  if (cluster.provider.isShared) return;
  await host.clock.sleep(afterMs, signal);
  const patch = JSON.stringify({ spec: { activeDeadlineSeconds: leaseSeconds } });
  const argv = kubectl(cluster, cluster.namespace).argv('patch', 'pod', pod, '--type=merge', `--patch=${patch}`);
  await runKubectl({ host, cluster, signal }, argv);
}
