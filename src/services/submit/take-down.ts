import { pinnedKubectl } from '../../kube/kubectl.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import type { Argv } from '../../ports/runner.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { inStep } from '../../steps/apply.js';
import { observeService } from './observe-service.js';
import { serviceLabel } from './submit-service.js';

/** With the pod, the clients' services; their executors go because the pod owns them. */
export function takeDownArgv(cluster: PreparedCluster): Argv {
  const how = ['--ignore-not-found', '--wait=true', '--timeout=30s', '--cascade=foreground'];
  const what = ['delete', 'deployments.apps,pods,services', `--selector=${serviceLabel}`];
  return [...pinnedKubectl(cluster), `--namespace=${cluster.namespace}`, ...what, ...how];
}

/** Whether nothing of it is there afterwards. */
export async function takeDown(session: NamespaceSession): Promise<boolean> {
  const { host, cluster, signal } = session;
  return inStep(host, 'Take the submit service down', async (step) => {
    await host.runner.run(takeDownArgv(cluster), { env: cluster.childEnv, signal, timeoutMs: 60_000 });
    const isGone = (await observeService(session)) === undefined;
    if (!isGone) step.failed();
    return isGone;
  });
}
