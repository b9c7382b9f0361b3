import { cleanedResources, type ClusterObject } from '../../src/clean/cluster-object.js';
import type { ListedObject } from '../../src/ports/kube.js';
import type { Scripted } from './fake-runner.js';

/** Objects in a cluster as the API server lists and kubectl deletes them; what an object owns goes with it. */
export interface FakeObjects {
  readonly programs: (kubeconfig: string) => readonly Scripted[];
  readonly list: (resource: string) => readonly ListedObject[];
  readonly names: () => readonly string[];
  readonly add: (...objects: readonly ClusterObject[]) => void;
}

export function createFakeObjects(): FakeObjects {
  let objects: readonly ClusterObject[] = [];
  const remove = (namespace: string, names: readonly string[]): void => {
    const gone = new Set(
      objects.flatMap((one) =>
        one.namespace === namespace && names.includes(`${one.kind}/${one.name}`) ? [one.uid] : [],
      ),
    );
    const isCollected = ({ owners }: ClusterObject): boolean => owners.some((uid) => gone.has(uid));
    for (let size = -1; size !== gone.size;) {
      size = gone.size;
      for (const one of objects) if (isCollected(one)) gone.add(one.uid);
    }
    objects = objects.filter(({ uid }) => !gone.has(uid));
  };
  return {
    programs: (kubeconfig) =>
      ['spark', 'team', ''].map((namespace) => {
        const where = namespace === '' ? [] : [`--namespace=${namespace}`];
        return {
          argv: ['/usr/bin/kubectl', `--kubeconfig=${kubeconfig}`, '--context=spark-dev', ...where, 'delete'],
          does: (argv) => {
            remove(namespace, argv.slice(argv.indexOf('delete') + 1));
          },
        };
      }),
    list: (resource) => listAs(resource, objects),
    names: () => objects.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`),
    add: (...more) => {
      objects = [...objects, ...more];
    },
  };
}

/** Those of one kind, as the API server answers them. */
export function listAs(resource: string, objects: readonly ClusterObject[]): readonly ListedObject[] {
  return objects
    .filter(({ kind }) => cleanedResources[kind] === resource)
    .map(({ kind, namespace, name, uid, owners, labels, claims, storage, madeBy }) => ({
      metadata: {
        ...(namespace === '' ? {} : { namespace }),
        ...{ name, uid, labels: { ...labels }, annotations: madeBy === '' ? {} : { 'spark-dev/home-folder': madeBy } },
        ownerReferences: owners.map((owner) => ({ apiVersion: 'v1', kind, name: owner, uid: owner })),
      },
      spec: {
        volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
        ...(storage === '' ? {} : { resources: { requests: { storage } } }),
      },
    }));
}

const ours = { 'app.kubernetes.io/managed-by': 'spark-dev' };

export function fakeObject(kind: string, name: string, more: Partial<ClusterObject> = {}): ClusterObject {
  const namespace = more.namespace ?? 'spark';
  return {
    kind,
    name,
    namespace,
    uid: `${kind}-${namespace}-${name}`,
    owners: [],
    labels: {},
    claims: [],
    storage: '',
    madeBy: '',
    ...more,
  };
}

/** All that one run of Spark 4.3 is seen to make. */
export function fakeRun(runId: string, namespace = 'spark'): readonly ClusterObject[] {
  const labels = { ...ours, 'spark-dev/run': runId };
  const driver = fakeObject('pod', `${runId}-driver`, {
    namespace,
    labels: { ...labels, 'spark-role': 'driver' },
    claims: ['spark-events'],
  });
  const job = fakeObject('job', `${runId}-submit`, { namespace, labels });
  const ofDriver = { namespace, owners: [driver.uid] };
  return [
    job,
    fakeObject('pod', `${runId}-submit-x`, { namespace, labels, owners: [job.uid] }),
    fakeObject('configmap', `${runId}-settings`, { namespace, labels }),
    driver,
    fakeObject('pod', `${runId}-exec-1`, { ...ofDriver, labels: { ...labels, 'spark-role': 'executor' } }),
    fakeObject('service', `${runId}-driver-svc`, ofDriver),
    fakeObject('configmap', `spark-drv-${runId}-conf-map`, ofDriver),
    fakeObject('networkpolicy', `${runId}-policy`, ofDriver),
  ];
}

/** What init prepares, and what others own: none of it is ever cleaned. */
export const decoys: readonly ClusterObject[] = [
  fakeObject('configmap', 'spark-dev', { labels: ours }),
  fakeObject('configmap', 'kube-root-ca.crt'),
  fakeObject('persistentvolumeclaim', 'spark-events', { labels: ours, storage: '2Gi' }),
  fakeObject('persistentvolumeclaim', 'spark-events', { namespace: 'team', storage: '1Gi' }),
  fakeObject('pod', 'sparkpi-driver', { labels: { 'spark-role': 'driver', 'spark-dev/run': 'sparkpi' } }),
  fakeObject('service', 'sparkpi-driver-svc', { owners: ['pod-spark-sparkpi-driver'] }),
  fakeObject('namespace', 'spark', { namespace: '', labels: ours }),
  fakeObject('persistentvolume', 'pvc-1', { namespace: '' }),
  fakeObject('job', 'nightly', { namespace: 'team', labels: { 'app.kubernetes.io/managed-by': 'Helm' } }),
];
