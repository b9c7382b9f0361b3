import { z } from 'zod';
import { jobNamespace, preparedConfigMap } from '../../kube/names.js';
import { isOwn } from '../../kube/labels.js';
import type { SavedClaim } from './record.js';

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

function words(text: string): readonly string[] {
  return text.split(' ');
}

function isManaged({ metadata }: KubeObject): boolean {
  return isOwn(metadata.labels);
}

/** `deployment/spark/history`: enough to find it again. */
export function nameOf({ kind, metadata }: KubeObject): string {
  return [kind.toLowerCase(), metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
}

const systemNamespaces = words('kube-system kube-public kube-node-lease');

/** Ours: labelled so, the jobs' own, and wherever a claim of ours lies. What is in them is put back. */
export function listKeptNamespaces(objects: readonly KubeObject[]): readonly string[] {
  const managed = (kind: string): readonly KubeObject[] => objects.filter((one) => one.kind === kind && isManaged(one));
  const all = new Set([
    jobNamespace,
    ...managed('Namespace').map(({ metadata }) => metadata.name),
    ...managed('PersistentVolumeClaim').map(({ metadata }) => metadata.namespace ?? ''),
  ]);
  const present = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  return [...all].filter((name) => present.has(name) && !systemNamespaces.includes(name)).sort();
}

/** Made by the cluster itself as soon as it needs them; a Job would run a second time. */
const remadeKinds = words('ControllerRevision Endpoints EndpointSlice Event Job Lease PersistentVolume Pod');

/** Each namespace gets them from Kubernetes, or from init. */
const remadeNames = words(
  `configmap/kube-root-ca.crt serviceaccount/default configmap/${preparedConfigMap} service/kubernetes`,
);

const serviceAccountToken = 'kubernetes.io/service-account-token';

/** What is put back: in our namespaces, or labelled as ours beside all namespaces, and made by nobody else. */
export function isKept(object: KubeObject, namespaces: readonly string[]): boolean {
  const { kind, metadata } = object;
  const place = kind === 'Namespace' ? metadata.name : metadata.namespace;
  if (place === undefined ? !isManaged(object) : !namespaces.includes(place)) return false;
  if (metadata.deletionTimestamp !== undefined || remadeKinds.includes(kind)) return false;
  if (remadeNames.includes(`${kind.toLowerCase()}/${metadata.name}`)) return false;
  if (kind === 'Secret' && object['type'] === serviceAccountToken) return false;
  const owners = (metadata.ownerReferences ?? []).map((owner) => owner.kind);
  if (kind === 'ReplicaSet' && owners.length > 0) return false;
  return !owners.some((owner) => owner === 'Pod' || owner === 'Job');
}

const droppedMetadata = words(
  'uid resourceVersion creationTimestamp generation managedFields ownerReferences selfLink',
);

/** Written by whoever bound the claim; in a new cluster they would point at nothing. */
const bindAnnotations = [
  ...words('pv.kubernetes.io/bind-completed pv.kubernetes.io/bound-by-controller volume.kubernetes.io/selected-node'),
  ...words('volume.beta.kubernetes.io/storage-provisioner volume.kubernetes.io/storage-provisioner'),
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
const firstKinds = words('Namespace ServiceAccount Secret ConfigMap PersistentVolumeClaim Role ClusterRole');

/** Ready to be applied to the new cluster. */
export function describeRestored(objects: readonly KubeObject[], namespaces: readonly string[]): readonly KubeObject[] {
  const rank = ({ kind }: KubeObject): number => [...firstKinds, kind].indexOf(kind);
  return objects
    .filter((object) => isKept(object, namespaces))
    .map(withoutTraces)
    .sort((left, right) => rank(left) - rank(right));
}

export type UnsavedClaim = Omit<SavedClaim, 'path'> & { readonly why: string };

/** Where minikube's provisioner keeps what it makes. */
const provisioned = '/tmp/hostpath-provisioner/';

/** Saved: what is labelled as ours, and all in our namespaces that outlives the pods that use it. */
export function sortClaims(
  objects: readonly KubeObject[],
  namespaces: readonly string[],
): { readonly saved: readonly SavedClaim[]; readonly unsaved: readonly UnsavedClaim[] } {
  const saved: SavedClaim[] = [];
  const unsaved: UnsavedClaim[] = [];
  for (const claim of objects.filter(({ kind }) => kind === 'PersistentVolumeClaim')) {
    const { name, namespace = '' } = claim.metadata;
    const path = findPath(claim, objects);
    const why = whyUnsaved(claim, namespaces, path);
    if (why !== undefined) unsaved.push({ namespace, name, why });
    else if (path !== undefined) saved.push({ namespace, name, path });
  }
  return { saved, unsaved };
}

/** The directory of a bound claim; undefined where there is none yet. */
export function findPath(claim: KubeObject, objects: readonly KubeObject[]): string | undefined {
  const volume = objects.find(
    ({ kind, metadata }) => kind === 'PersistentVolume' && metadata.name === claim.spec?.['volumeName'],
  );
  const place = volume?.spec?.['hostPath'];
  if (typeof place !== 'object' || place === null || !('path' in place)) return undefined;
  return typeof place.path === 'string' ? place.path : undefined;
}

function whyUnsaved(claim: KubeObject, namespaces: readonly string[], path: string | undefined): string | undefined {
  const { metadata, spec } = claim;
  if (!isManaged(claim) && !namespaces.includes(metadata.namespace ?? '')) return 'it is none of ours';
  if (metadata.ownerReferences?.some(({ kind }) => kind === 'Pod' || kind === 'Job') === true)
    return 'it ends with its pod';
  if (spec?.['volumeName'] === undefined) return undefined;
  return path?.startsWith(provisioned) === true ? undefined : 'its volume is not one of the provisioner of minikube';
}
