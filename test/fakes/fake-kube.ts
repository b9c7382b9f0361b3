import type { Duplex } from 'node:stream';
import type { V1ConfigMap, V1Node, V1NodeSystemInfo, V1Pod } from '@kubernetes/client-node';
import type { Kube, ListedObject, PodContainer, ObjectSelection } from '../../src/ports/kube.js';

/** A cluster in memory; its contract stands in test/contract/kube.ts and runs on a real one too. */
export interface FakeCluster {
  readonly kube: Kube;
  putPod(pod: V1Pod): void;
  deletePod(namespace: string, name: string): void;
  putConfigMap(configMap: V1ConfigMap): void;
  /** Appends lines to a container's log. */
  writeLog(pod: string, ...lines: readonly string[]): void;
  /** From now on no watch tells anything but this. */
  breakWatches(why: string): void;
  readonly pods: () => readonly V1Pod[];
}

export interface FakeClusterSettings {
  readonly nodes?: readonly V1Node[];
  /** The objects of a resource, instead of the pods and config maps alone. */
  readonly list?: (resource: string) => readonly ListedObject[];
  /** What a pod answers on a forwarded connection. */
  readonly onConnect?: (pod: string, port: number, local: Duplex) => void;
}

const nodeInfo: V1NodeSystemInfo = {
  architecture: 'amd64',
  bootID: '',
  containerRuntimeVersion: 'docker://28.5.1',
  kernelVersion: '6.18.0',
  kubeProxyVersion: '',
  kubeletVersion: 'v1.34.4',
  machineID: '',
  operatingSystem: 'linux',
  osImage: 'Debian GNU/Linux 12 (bookworm)',
  systemUUID: '',
};
const defaultNode: V1Node = {
  metadata: { name: 'spark-dev' },
  status: {
    allocatable: { cpu: '2', memory: '6000Mi' },
    conditions: [{ type: 'Ready', status: 'True' }],
    nodeInfo,
  },
};

export function createFakeCluster(settings: FakeClusterSettings = {}): FakeCluster {
  const pods = new Map<string, V1Pod>();
  const configMaps = new Map<string, V1ConfigMap>();
  const logs = new Map<string, string[]>();
  const listeners = new Set<() => void>();
  let broken: string | undefined;
  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const key = (namespace: string | undefined, name: string | undefined): string => `${namespace ?? ''}/${name ?? ''}`;
  const select = (selection: ObjectSelection): readonly V1Pod[] =>
    [...pods.values()].filter((pod) => matches(pod, selection));
  const hasEnded = ({ namespace, pod, container }: PodContainer): boolean => {
    const found = pods.get(key(namespace, pod));
    if (found === undefined) return true;
    const status = found.status?.containerStatuses?.find((one) => one.name === container);
    return status?.state?.terminated !== undefined;
  };
  const untilChange = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const once = (): void => {
        listeners.delete(once);
        resolve();
      };
      if (signal?.aborted === true) resolve();
      else listeners.add(once);
      signal?.addEventListener('abort', once, { once: true });
    });

  const kube: Kube = {
    listNodes: () => Promise.resolve(settings.nodes ?? [defaultNode]),
    listPods: (selection) => Promise.resolve(select(selection)),
    listConfigMaps: (labels) => Promise.resolve([...configMaps.values()].filter((one) => matches(one, { labels }))),
    listObjects(resources) {
      const own = new Map([
        ['api/v1/pods', pods],
        ['api/v1/configmaps', configMaps],
      ]);
      const list = settings.list ?? ((resource) => [...(own.get(resource)?.values() ?? [])] as readonly ListedObject[]);
      return Promise.resolve(resources.map(list));
    },
    async watchPods(selection, { onChange, onBroken }, signal) {
      let last = '';
      while (!signal.aborted) {
        if (broken !== undefined) {
          onBroken(broken);
          await untilChange(signal);
          continue;
        }
        const now = select(selection);
        const text = JSON.stringify(now);
        if (text !== last) onChange(now);
        last = text;
        await untilChange(signal);
      }
    },
    async streamLog(container, { follow, onLine, onOutput, drained, signal }) {
      if (!pods.has(key(container.namespace, container.pod))) throw new Error(`pods "${container.pod}" not found`);
      let sent = 0;
      const isOver = (): boolean => signal?.aborted === true;
      for (;;) {
        const lines = logs.get(container.pod) ?? [];
        for (; sent < lines.length; sent++) {
          onOutput?.(Buffer.from(`${lines[sent] ?? ''}\n`));
          onLine(lines[sent] ?? '');
          await drained?.();
        }
        if (!follow || isOver() || hasEnded(container)) return;
        await untilChange(signal);
      }
    },
    connect(pod, local) {
      settings.onConnect?.(pod.pod, pod.port, local);
      return Promise.resolve();
    },
  };
  return {
    kube,
    pods: () => [...pods.values()],
    breakWatches(why) {
      broken = why;
      changed();
    },
    putPod(pod) {
      pods.set(key(pod.metadata?.namespace, pod.metadata?.name), pod);
      changed();
    },
    deletePod(namespace, name) {
      pods.delete(key(namespace, name));
      changed();
    },
    putConfigMap(configMap) {
      const resourceVersion = String(configMaps.size + 1);
      const { namespace, name } = configMap.metadata ?? {};
      configMaps.set(key(namespace, name), { ...configMap, metadata: { resourceVersion, ...configMap.metadata } });
    },
    writeLog(pod, ...lines) {
      logs.set(pod, [...(logs.get(pod) ?? []), ...lines]);
      changed();
    },
  };
}

/** Equality selectors only, as we use them. */
function matches(object: V1Pod | V1ConfigMap, { namespace, labels }: ObjectSelection): boolean {
  if (namespace !== undefined && object.metadata?.namespace !== namespace) return false;
  const pairs = (labels ?? '').split(',').filter((pair) => pair !== '');
  return pairs.every((pair) => {
    const [name = '', value = ''] = pair.split('=');
    return object.metadata?.labels?.[name] === value;
  });
}
