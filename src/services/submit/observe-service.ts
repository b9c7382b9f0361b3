import type { NamespaceSession } from '../../namespaces/session.js';
import { runLabel, slotAnnotation, roleLabel, serviceLabel } from '../../kube/labels.js';
import {
  isPodReady,
  observeStanding,
  standingPods,
  standingWorkloads,
  statusKinds,
  type Standing,
} from '../standing.js';
import { jobNamespace } from '../../kube/names.js';

export type ObservedService = NonNullable<ReturnType<typeof readSubmit>>;
export type ServicePod = NonNullable<ObservedService['pod']>;

/** Undefined if it is not up. */
export async function observeService(session: NamespaceSession): Promise<ObservedService | undefined> {
  return readSubmit(await observeStanding(session, submitName, statusKinds));
}

/** Undefined if it is not up. */
export function readSubmit(standing: Standing) {
  const [deployed] = standingWorkloads(standing);
  if (deployed === undefined) return undefined;
  const [pod] = standingPods(standing);
  return {
    image: deployed.image ?? '',
    memoryMb: deployed.memoryMb ?? 0,
    /** The newest that is not terminating. */
    pod: pod && {
      name: pod.metadata?.name ?? '',
      uid: pod.metadata?.uid ?? '',
      ready: isPodReady(pod),
      restarts: pod.status?.containerStatuses?.[0]?.restartCount ?? 0,
    },
    /** Drivers in the pod, or the ports that an interrupted spark-dev left behind. */
    clients: standing.objects
      .filter(({ kind, isGoing }) => kind === 'Service' && !isGoing)
      .map(({ name, labels, annotations }) => ({
        name,
        runId: labels[runLabel] ?? '',
        slot: Number(annotations[slotAnnotation] ?? '0'),
      })),
  };
}

export const submitName = 'submit';
/** Name of its Deployment. */
export const serviceName = 'spark-dev-submit';
export const serviceContainer = 'submit';
/** On everything that belongs to it. */
export const submitLabels = { [serviceLabel]: submitName };
export const submitSelector = `${serviceLabel}=${submitName}`;
/** Labels of its pod. */
export const servicePodLabels = { ...submitLabels, [roleLabel]: 'service' };

/** Enough for three of Spark's smallest drivers. */
export const usualMemoryMb = 2048;

/** The command that starts it in this namespace. */
export function upWords(namespace: string): string {
  return `spark-dev submit up${namespace === jobNamespace ? '' : ` --namespace ${namespace}`}`;
}
