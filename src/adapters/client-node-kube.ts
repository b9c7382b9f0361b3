import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { CoreV1Api, KubeConfig, PortForward, Watch } from '@kubernetes/client-node';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Kube, KubeTarget, ObjectSelection } from '../ports/kube.js';
import { describeFailure, readRefusal } from './api-refusal.js';
import { askWithRetry, within } from './ask-api.js';
import { streamPodLog } from './pod-log.js';
import { watchPods } from './pod-watch.js';

const answerWithinMs = 15_000;
const watchForMs = 30_000;

/** host.ts loads this file with the first connection: client-node is the largest library that we have. */
export function connectKube(target: KubeTarget): Kube {
  const config = new KubeConfig();
  config.loadFromFile(target.kubeconfig);
  config.setCurrentContext(target.context);
  const core = config.makeApiClient(CoreV1Api);
  const selectionOf = (selection: ObjectSelection): { labelSelector?: string } =>
    selection.labels === undefined ? {} : { labelSelector: selection.labels };

  return {
    listNodes: async () => (await answer(() => core.listNode(), target.context)).items,
    listPods: async (selection) =>
      (await answer(() => listPods(core, selection, selectionOf(selection)), target.context)).items,
    listConfigMaps: async (labelSelector) =>
      (await answer(() => core.listConfigMapForAllNamespaces({ labelSelector }), target.context)).items,
    watchPods: (selection, listener, signal) =>
      watchPods(
        { watch: new Watch(config), core, listWithinMs: answerWithinMs, watchForMs },
        selection,
        listener,
        signal,
      ),
    streamLog: (container, how) => streamPodLog(config, container, how),
    connect: (pod, local) => connect(config, pod, local),
  };
}

function listPods(core: CoreV1Api, selection: ObjectSelection, query: { labelSelector?: string }) {
  return selection.namespace === undefined
    ? core.listPodForAllNamespaces(query)
    : core.listNamespacedPod({ namespace: selection.namespace, ...query });
}

async function connect(
  config: KubeConfig,
  pod: { readonly namespace: string; readonly pod: string; readonly port: number },
  local: Duplex,
): Promise<void> {
  const forward = new PortForward(config, true);
  const remote: unknown = await forward.portForward(pod.namespace, pod.pod, [pod.port], local, null, local);
  if (isPodSocket(remote)) joinEnds(local, remote);
}

/** The parts of a Node WebSocket that are needed here. */
interface PodSocket extends EventEmitter {
  readonly isPaused: boolean;
  pause(): void;
  resume(): void;
  terminate(): void;
}

function isPodSocket(remote: unknown): remote is PodSocket {
  return remote instanceof EventEmitter && 'terminate' in remote;
}

/**
 * client-node does not close one side with the other, and keeps reading from the pod when nobody takes the data: a download that
 * is not read would fill the memory.
 */
function joinEnds(local: Duplex, remote: PodSocket): void {
  remote.on('close', () => local.end());
  remote.on('message', () => {
    if (!local.writableNeedDrain || remote.isPaused) return;
    remote.pause();
    local.once('drain', () => {
      remote.resume();
    });
  });
  local.on('close', () => {
    remote.terminate();
  });
  if (local.destroyed) remote.terminate();
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
