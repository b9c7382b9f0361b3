import { kubectl, runKubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { runSelector, sparkRoleLabel } from '../kube/labels.js';
import { SparkDevError } from '../errors/spark-dev-error.js';

/**
 * Removes the objects of one run. After an interruption it waits, in this order: the Job and its pod first, because the submit
 * client may be creating the driver, which the Job does not own; then the driver, which would replace executors.
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

/** Everything with the run's label; waits, so that a later count is correct. */
export function removeRunArgv(cluster: PreparedCluster, runId: string): Argv {
  const how = ['--ignore-not-found', '--grace-period=2', '--wait=true', '--timeout=30s', '--cascade=background'];
  const ours = `--selector=${runSelector(runId)}`;
  return kubectl(cluster, cluster.namespace).delete('job,pod,service,configmap', ours, ...how);
}

/** Called after every outcome. Tries each part; warns about what stays, and `clean` finds it. */
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
    host.ui.warn(`Could not remove run ${runId} from the cluster: ${why} (spark-dev clean removes it)`);
}
