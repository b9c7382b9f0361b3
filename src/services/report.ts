import type { NamespaceSession } from '../namespaces/session.js';
import { capitalise } from '../text/words.js';
import type { ClusterService } from './service.js';
import { isPodReady, classifyHealth, standingPods, standingWorkloads, type Standing } from './standing.js';

type ServiceReport = Awaited<ReturnType<typeof reportService>>;

/** As in the JSON of `services status`. */
export async function reportService(session: NamespaceSession, service: ClusterService, standing: Standing) {
  const { state, why } = classifyHealth(standing);
  const { notes = [], busy = [], facts } = (await service.check?.(session, standing)) ?? {};
  const pods = standingPods(standing);
  const address = pods.find(isPodReady)?.status?.podIP;
  return {
    name: service.name,
    namespace: standing.namespace,
    state,
    why,
    /** ISO 8601. */
    since: standingWorkloads(standing)[0]?.since,
    pods: pods.map((pod) => ({
      name: pod.metadata?.name ?? '',
      ready: isPodReady(pod),
      restarts: (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
    })),
    /** For pods in the cluster; `services open` forwards the first to this machine. */
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
