import type { V1Pod } from '@kubernetes/client-node';
import type { Kube } from '../ports/kube.js';
import { viewRun } from '../spark/outcome.js';
import { sparkRoleLabel } from '../kube/labels.js';

/** All pods of a namespace, those that went as well, and waiting for what they come to. */
export interface PodHistory {
  readonly seen: ReadonlyMap<string, V1Pod>;
  readonly now: readonly V1Pod[];
  driver(): V1Pod | undefined;
  executors(): readonly V1Pod[];
  /** Resolves with the first value that is not undefined; rejects with the reason when the signal ends the wait. */
  until<Value>(ask: () => Value | undefined, signal: AbortSignal): Promise<Value>;
  /** Asks all waiters again, because something else than a pod has changed. */
  stir(): void;
  readonly watched: Promise<void>;
}

export function openPodHistory(
  kube: Kube,
  namespace: string,
  signal: AbortSignal,
  onPods: (pods: readonly V1Pod[]) => void,
): PodHistory {
  const seen = new Map<string, V1Pod>();
  const waiters = new Set<() => void>();
  let now: readonly V1Pod[] = [];
  const stir = (): void => {
    for (const ask of [...waiters]) ask();
  };
  const onChange = (pods: readonly V1Pod[]): void => {
    now = pods;
    for (const pod of pods) seen.set(pod.metadata?.name ?? '', pod);
    onPods(pods);
    stir();
  };
  const watched = kube.watchPods({ namespace }, { onChange, onBroken: () => undefined }, signal);
  return {
    seen,
    get now() {
      return now;
    },
    driver: () => [...seen.values()].find((pod) => roleOf(pod) === 'driver'),
    executors: () => [...seen.values()].filter((pod) => roleOf(pod) === 'executor'),
    stir,
    watched,
    until: (ask, ended) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          waiters.delete(look);
          reject(ended.reason as Error);
        };
        const look = (): void => {
          const value = ask();
          if (value === undefined) return;
          waiters.delete(look);
          ended.removeEventListener('abort', stop);
          resolve(value);
        };
        if (ended.aborted) {
          stop();
          return;
        }
        ended.addEventListener('abort', stop, { once: true });
        waiters.add(look);
        look();
      }),
  };
}

export function roleOf(pod: V1Pod): string | undefined {
  return pod.metadata?.labels?.[sparkRoleLabel];
}

export function nameOf(pod: V1Pod): string {
  return pod.metadata?.name ?? '';
}

/** Its first container's state, whatever a template called it. */
export function stateOf(pod: V1Pod): 'waiting' | 'running' | 'ended' {
  const state = pod.status?.containerStatuses?.[0]?.state;
  if (state?.terminated !== undefined || pod.status?.phase === 'Failed') return 'ended';
  return state?.running === undefined ? 'waiting' : 'running';
}

/** What will not mend itself by waiting, in one sentence. */
export function fatalTrouble(pods: readonly V1Pod[]): string | undefined {
  const trouble = viewRun(pods).troubles.find(({ kind }) => kind !== 'unschedulable');
  return trouble === undefined ? undefined : `${trouble.what}: ${trouble.why}`;
}
