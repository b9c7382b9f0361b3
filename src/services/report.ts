import type { NamespaceSession } from '../namespaces/session.js';
import { capitalise } from '../text/words.js';
import type { ClusterService } from './service.js';
import { isPodReady, classifyHealth, standingPods, standingWorkloads, type Health, type Standing } from './standing.js';

export interface ServiceReport {
  readonly name: string;
  readonly namespace: string;
  readonly state: Health['state'];
  readonly why: string | undefined;
  /** ISO 8601. */
  readonly since: string | undefined;
  readonly pods: readonly { readonly name: string; readonly ready: boolean; readonly restarts: number }[];
  /** For pods in the cluster; `services open` forwards the first to this machine. */
  readonly addresses: readonly string[];
  readonly notes: readonly string[];
  /** Ids of runs that end when it stops. */
  readonly busy: readonly string[];
}

export async function reportService(
  session: NamespaceSession,
  service: ClusterService,
  standing: Standing,
): Promise<ServiceReport> {
  const { state, why } = classifyHealth(standing);
  const { notes = [], busy = [], facts } = (await service.check?.(session, standing)) ?? {};
  const pods = standingPods(standing);
  const address = pods.find(isPodReady)?.status?.podIP;
  return {
    name: service.name,
    namespace: standing.namespace,
    state,
    why,
    since: standingWorkloads(standing)[0]?.since,
    pods: pods.map((pod) => ({
      name: pod.metadata?.name ?? '',
      ready: isPodReady(pod),
      restarts: (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
    })),
    addresses: service.port && address ? [`http://${address}:${String(service.port)}`] : [],
    notes,
    busy,
    ...facts,
  };
}

export function showServiceReport(service: ClusterService, report: ServiceReport): readonly string[] {
  const { namespace, state, why, since, pods, addresses, notes, busy } = report;
  const what = `${capitalise(service.title)} is ${state === 'down' ? 'not up' : state} in namespace ${namespace}`;
  if (state === 'down') return [`${what}: spark-dev services up ${report.name}`];
  return [
    `${what}${since === undefined ? '' : `, since ${since}`}`,
    ...(why === undefined ? [] : [`why      ${why}`]),
    ...pods.map(
      ({ name, ready, restarts }) => `pod      ${name}, ${ready ? 'ready' : 'not ready'}, ${String(restarts)} restarts`,
    ),
    ...addresses.map((address) => `address  ${address}   (inside the cluster)`),
    ...notes,
    ...busy.map((run) => `run      ${run}`),
    ...(state === 'ready' ? [`next     ${service.next(namespace)}`] : []),
  ];
}
