import { kubectl, runKubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { runSelector } from '../kube/labels.js';

/** All that carries the run's label; waited for, so that what is counted afterwards is true. */
export function removeRunArgv(cluster: PreparedCluster, runId: string): Argv {
  const how = ['--ignore-not-found', '--grace-period=2', '--wait=true', '--timeout=30s', '--cascade=background'];
  const ours = `--selector=${runSelector(runId)}`;
  return kubectl(cluster, cluster.namespace).delete('job,pod,service,configmap', ours, ...how);
}

/** Whatever became of the run; what stays is said, and `clean` finds it. */
export async function removeRun(host: Host, cluster: PreparedCluster, argv: Argv, runId: string): Promise<void> {
  await runKubectl({ host, cluster }, argv, { timeoutMs: 45_000 }).catch((error: unknown) => {
    const why = error instanceof SparkDevError ? (error.why ?? error.what) : String(error);
    host.ui.warn(`Run ${runId} could not be removed from the cluster: ${why} (spark-dev clean does it)`);
  });
}
