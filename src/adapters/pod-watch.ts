import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { Kube } from '../ports/kube.js';
import { describeFailure, readRefusal } from './api-refusal.js';
import { askApi, listApi, within, type ApiAccess } from './ask-api.js';

interface PodSource {
  readonly api: ApiAccess;
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
  { api, listWithinMs, watchForMs }: PodSource,
  { namespace, labels: labelSelector }: WatchPods[0],
  onChange: WatchPods[1]['onChange'],
  signal: AbortSignal,
): Promise<void> {
  const path = podsPath(namespace);
  const list = await within(listApi<V1Pod>(api, path, { labelSelector }), listWithinMs);
  const pods = new Map(list.items.map((pod) => [pod.metadata?.uid ?? '', pod]));
  onChange([...pods.values()]);
  const silence = AbortSignal.timeout(watchForMs + listWithinMs);
  const limits = { watch: 'true', timeoutSeconds: String(Math.ceil(watchForMs / 1000)) };
  const query = { labelSelector, ...limits, resourceVersion: list.metadata?.resourceVersion };
  try {
    const either = AbortSignal.any([signal, silence]);
    for await (const { type, object } of readEvents(await askApi(api, 'the watch', path, query, { signal: either }))) {
      const uid = object.metadata?.uid;
      if (uid === undefined) continue;
      if (type === 'DELETED') pods.delete(uid);
      else pods.set(uid, object);
      onChange([...pods.values()]);
    }
  } catch (error) {
    if (signal.aborted) return;
    throw silence.aborted ? new Error('the watch became silent') : error;
  }
}

interface PodEvent {
  readonly type: string;
  readonly object: V1Pod & { readonly code?: number; readonly message?: string };
}

/** One event a line. Nothing follows an `ERROR`, whether or not the server closes the stream. */
async function* readEvents(answer: IncomingMessage): AsyncGenerator<PodEvent> {
  let rest = '';
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((one) => one.trim() !== '')) {
      const event = JSON.parse(line) as PodEvent;
      const { code: statusCode, message = 'the watch failed' } = event.object;
      if (event.type === 'ERROR') throw Object.assign(new Error(message), { statusCode });
      yield event;
    }
  }
}

/** Of all namespaces when absent. */
export function podsPath(namespace: string | undefined): string {
  return namespace === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}
