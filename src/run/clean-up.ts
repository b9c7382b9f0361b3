import { pinnedKubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';

/**
 * Removes what one run made. After an interruption in order and waited for: the Job and its pod first, because the submit
 * client may be about to create the driver, which is not owned by the Job; then the driver, which would replace executors.
 */
export function cleanRunArgvs(cluster: PreparedCluster, runId: string, ended: boolean): readonly Argv[] {
  const base = [...pinnedKubectl(cluster), `--namespace=${cluster.namespace}`, 'delete'];
  const ours = ['-l', `spark-dev/run=${runId}`, '--ignore-not-found'];
  if (ended) return [[...base, 'job,pod,configmap', ...ours, '--wait=false', '--cascade=background']];
  const waited = ['--wait=true', '--timeout=30s'];
  return [
    [...base, 'job', ...ours, ...waited, '--cascade=foreground'],
    [
      ...base,
      'pod',
      '-l',
      `spark-dev/run=${runId},spark-role=driver`,
      ...waited,
      '--ignore-not-found',
      '--grace-period=5',
    ],
    [...base, 'pod,configmap', ...ours, ...waited, '--grace-period=5'],
  ];
}

/** Each part is tried, whatever became of the one before; the first failure is then thrown. */
export async function cleanRun(host: Host, cluster: PreparedCluster, runId: string, ended: boolean): Promise<void> {
  const failures: unknown[] = [];
  for (const argv of cleanRunArgvs(cluster, runId, ended)) {
    await host.runner.run(argv, { env: cluster.childEnv, timeoutMs: 45_000 }).catch((error: unknown) => {
      failures.push(error);
    });
  }
  if (failures.length > 0) throw failures[0];
}
