import { z } from 'zod';
import { jobNamespace, preparedConfigMap } from '../../kube/names.js';
import { isOwn } from '../../kube/labels.js';

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).optional(),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.record(z.string(), z.unknown()).optional(),
  status: z.record(z.string(), z.unknown()).optional(),
});

/** As the API server tells it; what we do not know of it stays as it is. */
export type KubeObject = z.infer<typeof objectSchema>;

const listSchema = z.object({ items: z.array(objectSchema) });

export function parseObjectList(text: string): readonly KubeObject[] {
  return listSchema.parse(JSON.parse(text)).items;
}

export function isManaged({ metadata }: KubeObject): boolean {
  return isOwn(metadata.labels);
}

/** `deployment/spark/history`: enough to find it again. */
export function nameOf({ kind, metadata }: KubeObject): string {
  return [kind.toLowerCase(), ...(metadata.namespace === undefined ? [] : [metadata.namespace]), metadata.name].join(
    '/',
  );
}

const systemNamespaces = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/** Ours: labelled so, the jobs' own, and wherever a claim of ours lies. What is in them is put back. */
export function listKeptNamespaces(objects: readonly KubeObject[]): readonly string[] {
  const labelled = objects
    .filter((one) => one.kind === 'Namespace' && isManaged(one))
    .map(({ metadata }) => metadata.name);
  const ofClaims = objects
    .filter((one) => one.kind === 'PersistentVolumeClaim' && isManaged(one))
    .map(({ metadata }) => metadata.namespace ?? '');
  const all = new Set([jobNamespace, ...labelled, ...ofClaims]);
  const present = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  return [...all].filter((name) => present.has(name) && !systemNamespaces.has(name)).sort();
}

/** Made by the cluster itself as soon as it needs them; a Job would run a second time. */
const remadeKinds = new Set([
  'ControllerRevision',
  'Endpoints',
  'EndpointSlice',
  'Event',
  'Job',
  'Lease',
  'PersistentVolume',
  'Pod',
]);

/** Each namespace gets them from Kubernetes, or from init. */
const remadeNames = new Set([
  'configmap/kube-root-ca.crt',
  'serviceaccount/default',
  `configmap/${preparedConfigMap}`,
  'service/kubernetes',
]);

const serviceAccountToken = 'kubernetes.io/service-account-token';

/** What is put back: in our namespaces, or labelled as ours beside all namespaces, and made by nobody else. */
export function isKept(object: KubeObject, namespaces: readonly string[]): boolean {
  const { kind, metadata } = object;
  const place = kind === 'Namespace' ? metadata.name : metadata.namespace;
  if (place === undefined ? !isManaged(object) : !namespaces.includes(place)) return false;
  if (metadata.deletionTimestamp !== undefined || remadeKinds.has(kind)) return false;
  if (remadeNames.has(`${kind.toLowerCase()}/${metadata.name}`)) return false;
  if (kind === 'Secret' && object['type'] === serviceAccountToken) return false;
  const owners = (metadata.ownerReferences ?? []).map((owner) => owner.kind);
  if (kind === 'ReplicaSet' && owners.length > 0) return false;
  return !owners.some((owner) => owner === 'Pod' || owner === 'Job');
}

const droppedMetadata = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'managedFields',
  'ownerReferences',
  'selfLink',
];

/** Written by whoever bound the claim; in a new cluster they would point at nothing. */
const bindAnnotations = [
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
  'volume.kubernetes.io/selected-node',
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/storage-provisioner',
];

/** Without all that belongs to the old cluster. Owners that are named by a stale uid would have the object collected. */
export function withoutTraces(object: KubeObject): KubeObject {
  const { status: _status, spec, metadata, ...rest } = object;
  const { annotations, finalizers, ...others } = without(metadata, droppedMetadata);
  const requests = without((annotations ?? {}) as Record<string, unknown>, bindAnnotations);
  const guards = ((finalizers ?? []) as readonly string[]).filter((name) => name !== 'kubernetes.io/pvc-protection');
  return objectSchema.parse({
    ...rest,
    metadata: {
      ...others,
      ...(Object.keys(requests).length === 0 ? {} : { annotations: requests }),
      ...(guards.length === 0 ? {} : { finalizers: guards }),
    },
    ...(spec === undefined ? {} : { spec: specWithoutTraces(object.kind, spec) }),
  });
}

function specWithoutTraces(kind: string, spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (kind === 'PersistentVolumeClaim') return without(spec, ['volumeName']);
  if (kind === 'Namespace') return without(spec, ['finalizers']);
  // a headless service is headless by its address `None`
  if (kind === 'Service' && spec['clusterIP'] !== 'None') return without(spec, ['clusterIP', 'clusterIPs']);
  return spec;
}

function without(record: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

/** What others need comes first. */
const firstKinds = [
  'Namespace',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'PersistentVolumeClaim',
  'Role',
  'ClusterRole',
];

/** Ready to be applied to the new cluster. */
export function describeRestored(objects: readonly KubeObject[], namespaces: readonly string[]): readonly KubeObject[] {
  const rank = ({ kind }: KubeObject): number => {
    const place = firstKinds.indexOf(kind);
    return place === -1 ? firstKinds.length : place;
  };
  return objects
    .filter((object) => isKept(object, namespaces))
    .map(withoutTraces)
    .sort((left, right) => rank(left) - rank(right));
}
