import type { V1ContainerState, V1Deployment, V1ObjectMeta, V1Pod } from '@kubernetes/client-node';
import { createFakeCluster, type FakeCluster } from './fake-kube.js';
import type { Answer, Scripted } from './fake-runner.js';

interface Kept {
  readonly kind: string;
  readonly metadata: V1ObjectMeta;
  readonly spec?: V1Deployment['spec'];
}

/** A cluster in which services stand: kubectl applies, lists and deletes, and a Deployment has its pods at once. */
export interface FakeServices {
  readonly programs: readonly Scripted[];
  readonly cluster: FakeCluster;
  /** `deployment/name`, without pods. */
  readonly names: () => readonly string[];
  readonly put: (object: Kept) => void;
  readonly scale: (name: string, replicas: number) => void;
  /** What the next pods do; they run and are ready unless told otherwise. */
  podState: V1ContainerState;
  /** What a program that looks into a pod finds there. */
  alive: string;
}

export function createFakeServices(): FakeServices {
  const kept = new Map<string, Kept>();
  const cluster = createFakeCluster({
    onConnect: (pod, _port, local) => local.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${pod}`),
  });
  const keyOf = ({ kind, metadata }: Kept): string => `${kind.toLowerCase()}/${metadata.name ?? ''}`;
  const podsOf = (name: string): readonly V1Pod[] =>
    cluster.pods().filter(({ metadata }) => metadata?.ownerReferences?.[0]?.name === name);
  const removePods = (name: string): void => {
    for (const { metadata } of podsOf(name)) cluster.deletePod(metadata?.namespace ?? '', metadata?.name ?? '');
  };
  const put = (object: Kept): void => {
    const [before, now] = [kept.get(keyOf(object)), object];
    kept.set(keyOf(object), { ...now, metadata: { ...now.metadata, creationTimestamp: new Date(0) } });
    const { name = '', namespace = '' } = now.metadata;
    if (now.kind !== 'Deployment' || JSON.stringify(before?.spec) === JSON.stringify(now.spec)) return;
    removePods(name);
    for (let index = 1; index <= (now.spec?.replicas ?? 1); index++) {
      const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid: name }];
      const metadata = { ...now.spec?.template.metadata, name: `${name}-${String(index)}`, namespace, ownerReferences };
      const ready = services.podState.running !== undefined;
      const status = { name: 'c', image: '', imageID: '', ready, restartCount: 0, state: services.podState };
      const spec = now.spec?.template.spec ?? { containers: [] };
      cluster.putPod({ metadata, spec, status: { podIP: '10.0.0.7', containerStatuses: [status] } });
    }
  };
  const remove = (keys: readonly string[]): void => {
    for (const key of keys) {
      if (!kept.delete(key)) throw new Error(`nothing to delete: ${key}`);
      removePods(key.replace('deployment/', ''));
    }
  };
  const answer = (argv: readonly string[], input = ''): Answer | undefined => {
    const words = argv.slice(1).filter((word) => !word.startsWith('--'));
    const [verb, ...names] = words;
    if (verb === 'apply') {
      for (const object of (JSON.parse(input) as { items: readonly Kept[] }).items) put(object);
      return {};
    }
    if (verb === 'exec') return { stdout: services.alive };
    if (verb === 'create' && names[0] === 'token') return { stdout: 'a-token' };
    if (verb === 'delete') {
      remove(names);
      return {};
    }
    if (verb === 'get' && names[0] === 'namespace') {
      const labels = { 'app.kubernetes.io/managed-by': 'spark-dev' };
      return { stdout: JSON.stringify({ metadata: { name: names[1], labels }, status: { phase: 'Active' } }) };
    }
    if (verb === 'get' && argv.includes('--output=name'))
      return { stdout: names.filter((name) => kept.has(name)).join('\n') };
    const selector = argv.find((word) => word.startsWith('--selector='))?.slice('--selector='.length);
    // which kubectl it is and where init left its record is the machine's business
    if (verb !== 'get' || selector === undefined) return undefined;
    const pods = cluster.pods().map((pod) => ({ ...pod, kind: 'Pod' }));
    const items = [...kept.values(), ...pods].filter(({ metadata }) => selects(selector, metadata?.labels ?? {}));
    return { stdout: JSON.stringify({ items }) };
  };
  const services: FakeServices = {
    programs: [{ argv: ['/usr/bin/kubectl'], answers: (argv, { input }) => answer(argv, input) }],
    cluster,
    names: () => [...kept.keys()],
    put,
    scale: (name, replicas) => {
      const found = kept.get(`deployment/${name}`);
      if (found?.spec) put({ ...found, spec: { ...found.spec, replicas } });
    },
    podState: { running: {} },
    alive: '',
  };
  return services;
}

/** Equality and existence. */
function selects(selector: string, labels: Readonly<Record<string, string>>): boolean {
  return selector.split(',').every((part) => {
    const [name = '', value] = part.split('=');
    return value === undefined ? labels[name] !== undefined : labels[name] === value;
  });
}
