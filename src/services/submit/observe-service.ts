import type { NamespaceSession } from '../../namespaces/session.js';
import { runLabel, slotAnnotation } from '../../kube/labels.js';
import { isPodReady, observeStanding, standingPods, standingWorkloads, type Standing } from '../standing.js';
import { submitName } from './submit-service.js';

export interface ServicePod {
  readonly name: string;
  readonly uid: string;
  readonly ready: boolean;
  readonly image: string;
  /** ISO 8601. */
  readonly since: string;
  readonly restarts: number;
}

/** A driver in the pod, or the ports that an interrupted spark-dev left behind. */
export interface ServiceClient {
  readonly name: string;
  readonly runId: string;
  readonly slot: number;
}

export interface ObservedService {
  readonly image: string;
  readonly memoryMb: number;
  /** The newest that is not terminating. */
  readonly pod: ServicePod | undefined;
  readonly clients: readonly ServiceClient[];
}

/** Undefined if it is not up. */
export async function observeService(session: NamespaceSession): Promise<ObservedService | undefined> {
  return readSubmit(await observeStanding(session, submitName, ['deployments.apps', 'pods', 'services']));
}

export function readSubmit(standing: Standing): ObservedService | undefined {
  const [deployed] = standingWorkloads(standing);
  if (deployed === undefined) return undefined;
  const [pod] = standingPods(standing);
  return {
    image: deployed.image ?? '',
    memoryMb: deployed.memoryMb ?? 0,
    pod: pod && {
      name: pod.metadata?.name ?? '',
      uid: pod.metadata?.uid ?? '',
      ready: isPodReady(pod),
      image: pod.spec?.containers[0]?.image ?? '',
      since: String(pod.metadata?.creationTimestamp ?? ''),
      restarts: pod.status?.containerStatuses?.[0]?.restartCount ?? 0,
    },
    clients: standing.objects
      .filter(({ kind, isGoing }) => kind === 'Service' && !isGoing)
      .map(({ name, labels, annotations }) => ({
        name,
        runId: labels[runLabel] ?? '',
        slot: Number(annotations[slotAnnotation] ?? '0'),
      })),
  };
}
