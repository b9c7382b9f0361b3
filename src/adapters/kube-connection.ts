import type { V1ConfigMap, V1Node, V1Pod } from '@kubernetes/client-node';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Kube, KubeTarget, ListedObject } from '../ports/kube.js';
import { openApi } from './api-access.js';
import { describeFailure, readRefusal } from './api-refusal.js';
import { askWithRetry, listApi, shareConnections, within, type ApiQuery } from './ask-api.js';
import { streamPodLog } from './pod-log.js';
import { podsPath, watchPods } from './pod-watch.js';

const answerWithinMs = 15_000;
const watchForMs = 30_000;

/** Lists, watches and logs are plain requests; only a forwarded port needs client-node for certain. */
export async function connectKube(target: KubeTarget): Promise<Kube> {
  const api = await openApi(target);
  const shared = shareConnections(api);
  const list = async <Item>(path: string, query: ApiQuery = {}): Promise<readonly Item[]> =>
    (await answer(() => listApi<Item>(shared, path, query), target.context)).items;
  let connect: Promise<Kube['connect']> | undefined;
  return {
    listNodes: () => list<V1Node>('/api/v1/nodes'),
    listPods: ({ namespace, labels }) => list<V1Pod>(podsPath(namespace), { labelSelector: labels }),
    listConfigMaps: (labels) => list<V1ConfigMap>('/api/v1/configmaps', { labelSelector: labels }),
    listObjects: (resources) => Promise.all(resources.map((resource) => list<ListedObject>(`/${resource}`))),
    watchPods: (...asked) => watchPods({ api, listWithinMs: answerWithinMs, watchForMs }, ...asked),
    streamLog: (container, how) => streamPodLog(api, container, how),
    connect: async (...asked) => {
      connect ??= import('./client-node.js').then(({ openForward }) => openForward(target));
      await (
        await connect
      )(...asked);
    },
  };
}

async function answer<T>(ask: () => Promise<T>, context: string): Promise<T> {
  try {
    return await within(askWithRetry(ask, answerWithinMs), answerWithinMs);
  } catch (cause) {
    const refusal = readRefusal(cause);
    const isBusy = refusal?.pauseMs !== undefined;
    const how = refusal === undefined ? 'does not answer' : isBusy ? 'is too busy to answer' : 'refuses to answer';
    throw new SparkDevError('CLUSTER_UNREACHABLE', `The cluster of context ${context} ${how}`, {
      why: describeFailure(cause),
      fix: isBusy ? ['Run it again in a minute', 'spark-dev status'] : ['spark-dev status', 'spark-dev init --yes'],
      cause,
    });
  }
}
