import { pinnedKubectl } from '../../cluster/kubectl.js';
import type { PreparedCluster } from '../../cluster/prepared.js';
import type { Argv } from '../../ports/runner.js';
import type { Reach } from '../../namespaces/reach.js';
import { observeService } from './observe-service.js';
import { serviceLabel } from './submit-service.js';

/** With the pod, the clients' services; their executors go because the pod owns them. */
export function takeDownArgv(cluster: PreparedCluster): Argv {
  const how = ['--ignore-not-found', '--wait=true', '--timeout=30s', '--cascade=foreground'];
  const what = ['delete', 'deployments.apps,pods,services', `--selector=${serviceLabel}`];
  return [...pinnedKubectl(cluster), `--namespace=${cluster.namespace}`, ...what, ...how];
}

/** Whether nothing of it is there afterwards. */
export async function takeDown(reach: Reach): Promise<boolean> {
  const { host, cluster, signal } = reach;
  const step = host.ui.step('Take the submit service down');
  try {
    await host.runner.run(takeDownArgv(cluster), { env: cluster.childEnv, signal, timeoutMs: 60_000 });
    const isGone = (await observeService(reach)) === undefined;
    if (isGone) step.done();
    else step.fail();
    return isGone;
  } catch (error) {
    step.fail();
    throw error;
  }
}
