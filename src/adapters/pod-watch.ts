import { setTimeout as sleep } from 'node:timers/promises';
import type { CoreV1Api, V1Pod, Watch } from '@kubernetes/client-node';
import type { Kube } from '../ports/kube.js';
import { describeFailure, readRefusal } from './api-refusal.js';
import { within } from './ask-api.js';

interface PodSource {
  readonly core: CoreV1Api;
  readonly watch: Watch;
  /** A list that takes longer has failed. */
  readonly listWithinMs: number;
  /** The server is asked to end each watch after this time; a watch that continues has become silent. */
  readonly watchForMs: number;
}

type WatchPods = Parameters<Kube['watchPods']>;

const firstBackoffMs = 100;
const longestBackoffMs = 5000;

/**
 * One list, then a watch from its version. When the server ends or expires the watch, it restarts with a list: after a growing
 * delay while nothing arrives, and not before the pause that a busy server requests. No watch lasts long, because a dead
 * connection looks like an idle one.
 */
export async function watchPods(
  source: PodSource,
  selection: WatchPods[0],
  listener: WatchPods[1],
  signal: WatchPods[2],
): Promise<void> {
  let backoffMs = firstBackoffMs;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    let [told, pauseMs] = [0, 0];
    const onChange = (pods: readonly V1Pod[]): void => {
      told++;
      listener.onChange(pods);
    };
    const startedAt = Date.now();
    try {
      await watchOnce(source, selection, onChange, signal);
    } catch (error) {
      // an expired version (410), a restarted API server, a broken connection
      pauseMs = readRefusal(error)?.pauseMs ?? 0;
      if (!isOver()) listener.onBroken(describeFailure(error));
    }
    const cameOfIt = told > 1 || Date.now() - startedAt > longestBackoffMs;
    backoffMs = cameOfIt ? firstBackoffMs : Math.min(backoffMs * 2, longestBackoffMs);
    const waitMs = Math.max(pauseMs, backoffMs * (0.75 + Math.random() / 2));
    if (!isOver()) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

async function watchOnce(
  { core, watch, listWithinMs, watchForMs }: PodSource,
  { namespace, labels }: WatchPods[0],
  onChange: WatchPods[1]['onChange'],
  signal: AbortSignal,
): Promise<void> {
  const query = labels === undefined ? {} : { labelSelector: labels };
  const list = await within(core.listNamespacedPod({ namespace, ...query }), listWithinMs);
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
  let silence: NodeJS.Timeout | undefined;
  const watched = new Promise<void>((resolve, reject) => {
    const onEnd = (error: unknown): void => {
      if (error === null || error === undefined || signal.aborted) resolve();
      else reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
    };
    let stopWatch = (): void => undefined;
    const onEvent = (phase: string, object: V1Pod): void => {
      if (phase === 'ERROR') {
        // nothing follows, whether or not the server closes the stream
        const { code: statusCode, message } = object as { readonly code?: number; readonly message?: string };
        reject(Object.assign(new Error(message ?? 'the watch failed'), { statusCode }));
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
    // also if the server has not answered yet
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true, signal: over.signal },
    );
    const fallSilent = (): void => {
      reject(new Error('the watch became silent'));
      stopWatch();
    };
    silence = setTimeout(fallSilent, watchForMs + listWithinMs);
    const limits = { timeoutSeconds: Math.ceil(watchForMs / 1000) };
    watch
      .watch(path, { ...query, ...limits, ...(from === undefined ? {} : { resourceVersion: from }) }, onEvent, onEnd)
      .then(onStarted, reject);
  });
  await watched.finally(() => {
    clearTimeout(silence);
    over.abort();
  });
}
