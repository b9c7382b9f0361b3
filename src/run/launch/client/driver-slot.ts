import type { PreparedCluster } from '../../../clusters/prepared.js';
import { createArgv, runKubectl } from '../../../kube/kubectl.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { portsOf, type DriverPorts } from '../../../spark/conf.js';
import { servicePodLabels, submitLabels } from '../../../services/submit/observe-service.js';
import type { ReadyService } from '../../../services/submit/require-service.js';
import { runLabels, slotAnnotation } from '../../../kube/labels.js';

/** More drivers than a pod on a laptop can run. */
const mostSlots = 32;

/** A headless service for one driver in the pod; the pod owns it. */
export function slotObject(
  { namespace, home }: Pick<PreparedCluster, 'namespace' | 'home'>,
  runId: string,
  pod: Pick<ReadyService['pod'], 'name' | 'uid' | 'selector'>,
  slot: number,
): object {
  const ports = Object.entries<number>({ ...portsOf(slot) }).map(([name, port]) => ({
    name: name.toLowerCase(),
    port,
  }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: `spark-dev-driver-${String(slot)}`,
      namespace,
      labels: { ...runLabels(runId, home), ...(pod.selector === undefined ? submitLabels : {}) },
      annotations: { [slotAnnotation]: String(slot) },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: pod.name, uid: pod.uid }],
    },
    spec: { clusterIP: 'None', publishNotReadyAddresses: true, selector: pod.selector ?? servicePodLabels, ports },
  };
}

/** Three ports in the pod for one driver. The service's name claims them: the API server lets only one caller create it. */
export async function claimSlot(
  session: NamespaceSession,
  runId: string,
  { pod, clients }: Pick<ReadyService, 'pod' | 'clients'>,
): Promise<DriverPorts> {
  const { cluster } = session;
  const taken = new Set(clients.map(({ slot }) => slot));
  for (let slot = 0; slot < mostSlots; slot++) {
    if (taken.has(slot)) continue;
    const options = { input: JSON.stringify(slotObject(cluster, runId, pod, slot)), accept: [1] };
    const { exitCode, stderr } = await runKubectl(session, createArgv(cluster), options);
    if (exitCode === 0) return portsOf(slot);
    if (!/AlreadyExists|already exists/.test(stderr))
      throw new SparkDevError('TOOL_FAILED', "Could not create the driver's service", {
        why: stderr.trim(),
        fix: ['spark-dev namespace check', 'spark-dev status'],
      });
  }
  throw new SparkDevError('IN_USE', `All ${String(mostSlots)} driver slots of the submit service are in use`, {
    why: 'Each driver uses one, and a killed spark-dev leaves its slot in use.',
    fix: ['spark-dev submit status', 'spark-dev clean --yes'],
  });
}
