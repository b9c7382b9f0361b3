import { kubectl, runKubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { runSelector, sparkRoleLabel } from '../kube/labels.js';

/**
 * Removes what one run made. After an interruption in order and waited for: the Job and its pod first, because the submit
 * client may be about to create the driver, which is not owned by the Job; then the driver, which would replace executors.
 */
export function cleanRunArgvs(cluster: PreparedCluster, runId: string, ended: boolean): readonly Argv[] {
  const ours = runSelector(runId);
  const remove = (kinds: string, labels: string, ...how: readonly string[]): Argv =>
    kubectl(cluster, cluster.namespace).delete(kinds, '-l', labels, '--ignore-not-found', ...how);
  if (ended) return [remove('job,pod,configmap', ours, '--wait=false', '--cascade=background')];
  const waited = ['--wait=true', '--timeout=30s'];
  return [
    remove('job', ours, ...waited, '--cascade=foreground'),
    remove('pod', `${ours},${sparkRoleLabel}=driver`, ...waited, '--grace-period=5'),
    remove('pod,configmap', ours, ...waited, '--grace-period=5'),
  ];
}

/** Each part is tried, whatever became of the one before; the first failure is then thrown. */
export async function cleanRun(host: Host, cluster: PreparedCluster, runId: string, ended: boolean): Promise<void> {
  const failures: unknown[] = [];
  for (const argv of cleanRunArgvs(cluster, runId, ended)) {
    await runKubectl({ host, cluster }, argv, { timeoutMs: 45_000 }).catch((error: unknown) => {
      failures.push(error);
    });
  }
  if (failures.length > 0) throw failures[0];
}
