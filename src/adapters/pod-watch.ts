import { setTimeout as sleep } from 'node:timers/promises';
import type { CoreV1Api, V1Pod, Watch } from '@kubernetes/client-node';
import type { Kube } from '../ports/kube.js';

interface PodSource {
  readonly core: CoreV1Api;
  readonly watch: Watch;
}

type WatchPods = Parameters<Kube['watchPods']>;

const firstBackoffMs = 100;
const longestBackoffMs = 5000;

/** One list, then a watch from its version; when the server ends or expires the watch, it begins again with a list. */
export async function watchPods(
  source: PodSource,
  selection: WatchPods[0],
  listener: WatchPods[1],
  signal: WatchPods[2],
): Promise<void> {
  let backoffMs = firstBackoffMs;
  const heard = (pods: readonly V1Pod[]): void => {
    backoffMs = firstBackoffMs;
    listener.onChange(pods);
  };
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    try {
      await watchOnce(source, selection, heard, signal);
    } catch (error) {
      // an expired version (410), a restarted API server, a broken line: list again, a little later each time
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
      if (!isOver()) listener.onBroken(error instanceof Error ? error.message : String(error));
    }
    if (!isOver()) await sleep(backoffMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
}

async function watchOnce(
  { core, watch }: PodSource,
  { namespace, labels }: WatchPods[0],
  onChange: WatchPods[1]['onChange'],
  signal: AbortSignal,
): Promise<void> {
  const query = labels === undefined ? {} : { labelSelector: labels };
  const list = await core.listNamespacedPod({ namespace, ...query });
  const pods = new Map(list.items.map((pod) => [pod.metadata?.uid ?? '', pod]));
  onChange([...pods.values()]);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const from = list.metadata?.resourceVersion;
  const onPod = (phase: string, pod: V1Pod): void => {
    const uid = pod.metadata?.uid;
    if (uid === undefined) return;
    if (phase === 'DELETED') pods.delete(uid);
    else pods.set(uid, pod);
    onChange([...pods.values()]);
  };
  const over = new AbortController();
  const watched = new Promise<void>((resolve, reject) => {
    const onEnd = (error: unknown): void => {
      if (error === null || error === undefined || signal.aborted) resolve();
      else reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
    };
    let stopWatch = (): void => undefined;
    const onEvent = (phase: string, object: V1Pod): void => {
      if (phase === 'ERROR') {
        // nothing comes after it, whether the server closes the stream or not
        reject(new Error(JSON.stringify(object)));
        stopWatch();
      } else onPod(phase, object);
    };
    const onStarted = (controller: AbortController): void => {
      const stop = (): void => {
        controller.abort();
        resolve();
      };
      stopWatch = stop;
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true, signal: over.signal });
    };
    watch
      .watch(path, { ...query, ...(from === undefined ? {} : { resourceVersion: from }) }, onEvent, onEnd)
      .then(onStarted, reject);
  });
  await watched.finally(() => {
    over.abort();
  });
}
