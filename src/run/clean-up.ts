import { kubectl, runKubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { runSelector, sparkRoleLabel } from '../kube/labels.js';
import { SparkDevError } from '../errors/spark-dev-error.js';

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

/** All that carries the run's label; waited for, so that what is counted afterwards is true. */
export function removeRunArgv(cluster: PreparedCluster, runId: string): Argv {
  const how = ['--ignore-not-found', '--grace-period=2', '--wait=true', '--timeout=30s', '--cascade=background'];
  const ours = `--selector=${runSelector(runId)}`;
  return kubectl(cluster, cluster.namespace).delete('job,pod,service,configmap', ours, ...how);
}

/** Whatever became of the run. Each part is tried; what stays is said, and `clean` finds it. */
export async function removeRun(
  host: Host,
  cluster: PreparedCluster,
  runId: string,
  parts: readonly Argv[] = [removeRunArgv(cluster, runId)],
): Promise<void> {
  let why: string | undefined;
  for (const argv of parts) {
    await runKubectl({ host, cluster }, argv, { timeoutMs: 45_000 }).catch((error: unknown) => {
      why ??= error instanceof SparkDevError ? (error.why ?? error.what) : String(error);
    });
  }
  if (why !== undefined)
    host.ui.warn(`Run ${runId} could not be removed from the cluster: ${why} (spark-dev clean does it)`);
}
