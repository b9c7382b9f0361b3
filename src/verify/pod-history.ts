import type { V1Pod } from '@kubernetes/client-node';
import { openPods, type WatchedPods } from '../kube/pods.js';
import type { Host } from '../ports/host.js';
import type { Kube } from '../ports/kube.js';
import { viewRun } from '../spark/outcome.js';
import { sparkRoleLabel } from '../kube/labels.js';

/** All pods of a namespace, including deleted ones. */
export interface PodHistory extends WatchedPods {
  readonly seen: ReadonlyMap<string, V1Pod>;
  driver(): V1Pod | undefined;
  executors(): readonly V1Pod[];
}

export function openPodHistory(
  host: Host,
  kube: Kube,
  namespace: string,
  signal: AbortSignal,
  onPods: (pods: readonly V1Pod[]) => void,
): PodHistory {
  const seen = new Map<string, V1Pod>();
  const onChange = (pods: readonly V1Pod[]): void => {
    for (const pod of pods) seen.set(podName(pod), pod);
    onPods(pods);
  };
  return Object.assign(openPods(host, kube, { namespace }, { signal, onChange }), {
    seen,
    driver: () => [...seen.values()].find((pod) => roleOf(pod) === 'driver'),
    executors: () => [...seen.values()].filter((pod) => roleOf(pod) === 'executor'),
  });
}

export function roleOf(pod: V1Pod): string | undefined {
  return pod.metadata?.labels?.[sparkRoleLabel];
}

export function podName(pod: V1Pod): string {
  return pod.metadata?.name ?? '';
}

/** The state of its first container, because a template may rename it. */
export function stateOf(pod: V1Pod): 'waiting' | 'running' | 'ended' {
  const state = pod.status?.containerStatuses?.[0]?.state;
  if (state?.terminated !== undefined || pod.status?.phase === 'Failed') return 'ended';
  return state?.running === undefined ? 'waiting' : 'running';
}

/** A failure that waiting cannot resolve, in one sentence. */
export function fatalTrouble(pods: readonly V1Pod[]): string | undefined {
  const trouble = viewRun(pods).troubles.find(({ kind }) => kind !== 'unschedulable');
  return trouble === undefined ? undefined : `${trouble.what}: ${trouble.why}`;
}
