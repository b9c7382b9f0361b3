import { kubectl, runKubectl } from '../../kube/kubectl.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import type { Argv } from '../../ports/runner.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { observeService, serviceKinds } from './observe-service.js';
import { submitSelector } from './submit-service.js';
import { inStep } from '../../steps/apply.js';

/** With the pod, the clients' services; their executors go because the pod owns them. */
export function takeDownArgv(cluster: PreparedCluster): Argv {
  const how = ['--ignore-not-found', '--wait=true', '--timeout=30s', '--cascade=foreground'];
  return kubectl(cluster, cluster.namespace).delete(serviceKinds, `--selector=${submitSelector}`, ...how);
}

/** Whether nothing of it is there afterwards. */
export async function takeDown(session: NamespaceSession): Promise<boolean> {
  const { host, cluster } = session;
  return inStep(host, 'Take the submit service down', async (step) => {
    await runKubectl(session, takeDownArgv(cluster), { timeoutMs: 60_000 });
    const isGone = (await observeService(session)) === undefined;
    if (!isGone) step.failed();
    return isGone;
  });
}
