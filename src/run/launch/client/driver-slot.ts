import { createArgv } from '../../../kube/kubectl.js';
import { runKubectl } from '../../../kube/kubectl.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { portsOf, type DriverPorts } from '../../../spark/conf.js';
import type { ServiceClient, ServicePod } from '../../../services/submit/observe-service.js';
import { servicePodLabels, submitLabels } from '../../../services/submit/submit-service.js';
import { runLabels, slotAnnotation } from '../../../kube/labels.js';

/** More drivers than a pod on a laptop can run. */
const mostSlots = 32;

export interface DriverSlot {
  readonly name: string;
  readonly ports: DriverPorts;
}

export interface SlotRequest {
  readonly runId: string;
  readonly namespace: string;
  readonly pod: Pick<ServicePod, 'name' | 'uid'>;
  /** The id of the home that runs it. */
  readonly home: string | undefined;
}

/** A headless service for one driver in the pod; the pod owns it. */
export function slotObject({ runId, namespace, pod, home }: SlotRequest, slot: number): object {
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
      labels: { ...runLabels(runId, home), ...submitLabels },
      annotations: { [slotAnnotation]: String(slot) },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: pod.name, uid: pod.uid }],
    },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: servicePodLabels,
      ports,
    },
  };
}

/**
 * Three ports in the pod for one driver. The service's name claims them: the API server lets only one caller create it.
 */
export async function claimSlot(
  session: NamespaceSession,
  request: SlotRequest,
  clients: readonly ServiceClient[],
): Promise<DriverSlot> {
  const taken = new Set(clients.map(({ slot }) => slot));
  for (let slot = 0; slot < mostSlots; slot++) {
    if (taken.has(slot)) continue;
    const input = JSON.stringify(slotObject(request, slot));
    const options = { input, accept: [1] };
    const { exitCode, stdout, stderr } = await runKubectl(session, createArgv(session.cluster), options);
    if (exitCode === 0) return { name: stdout.trim().replace(/^service\//, ''), ports: portsOf(slot) };
    if (!stderr.includes('AlreadyExists') && !stderr.includes('already exists')) throw refused(stderr);
  }
  throw new SparkDevError('IN_USE', `All ${String(mostSlots)} driver slots of the submit service are in use`, {
    why: 'Each driver uses one, and a killed spark-dev leaves its slot in use.',
    fix: ['spark-dev submit status', 'spark-dev clean --yes'],
  });
}

function refused(stderr: string): SparkDevError {
  return new SparkDevError('TOOL_FAILED', "Could not create the driver's service", {
    why: stderr.trim(),
    fix: ['spark-dev namespace check', 'spark-dev status'],
  });
}
