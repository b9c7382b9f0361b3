import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { jobNamespace, preparedConfigMap } from '../../kube/names.js';
import { isOwn, ownSelector } from '../../kube/labels.js';
import type { RecreationTools } from './record.js';
import { kubectl, type KubectlTool } from '../../kube/kubectl.js';
import type { Host } from '../../ports/host.js';
import type { Argv, RunOptions } from '../../ports/runner.js';

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

/** From the API server; unknown fields are kept. */
export type RawObject = z.infer<typeof objectSchema>;

const listSchema = z.object({ items: z.array(objectSchema) });

export function parseObjectList(text: string): readonly RawObject[] {
  return listSchema.parse(JSON.parse(text)).items;
}

export async function readObjects(host: Host, argv: Argv, options: RunOptions): Promise<readonly RawObject[]> {
  return parseObjectList(await readLong(host, argv, options));
}

/** The output can exceed the limit of a command result, so it goes through a file that only the user can read. */
export async function readLong(host: Host, argv: Argv, options: RunOptions): Promise<string> {
  await mkdir(host.directories.cache, { recursive: true });
  const folder = await mkdtemp(join(host.directories.cache, 'look-'));
  try {
    const stdoutFile = join(folder, 'stdout');
    await host.runner.run(argv, { ...options, stdoutFile });
    return await readFile(stdoutFile, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function words(text: string): readonly string[] {
  return text.split(' ');
}

export function isManaged({ metadata }: RawObject): boolean {
  return isOwn(metadata.labels);
}

/** `deployment/spark/history`: identifies the object. */
export function objectKey({ kind, metadata }: RawObject): string {
  return [kind.toLowerCase(), metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
}

/** `NAMESPACE/NAME`. */
export function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** All kinds that may be kept, and those needed to decide. Secrets are read separately, into their own file. */
const kinds = [
  'namespaces,serviceaccounts,configmaps,services,persistentvolumeclaims,persistentvolumes,roles,rolebindings',
  'networkpolicies,resourcequotas,limitranges,poddisruptionbudgets,horizontalpodautoscalers,ingresses',
  'deployments,statefulsets,daemonsets,replicasets,cronjobs,jobs,pods',
].join(',');

export function getAllArgv(tool: KubectlTool, what: string): Argv {
  return kubectl(tool).get(what, '--all-namespaces', '--output=json');
}

/** The commands that read the objects, and the Secrets of these namespaces; each with the file for its output. */
export function listQuestions(
  { kubectl: tool, folder }: Pick<RecreationTools, 'kubectl' | 'folder'>,
  namespaces: readonly string[],
): readonly { readonly argv: Argv; readonly file: string }[] {
  // rights for the whole cluster are in no namespace
  const rights = kubectl(tool).get('clusterroles,clusterrolebindings', `--selector=${ownSelector}`, '--output=json');
  return [
    { argv: getAllArgv(tool, kinds), file: folder.objects },
    { argv: rights, file: folder.ownRights },
    ...namespaces.map((namespace) => ({
      argv: kubectl(tool, namespace).get('secrets', '--output=json'),
      file: folder.secrets(namespace),
    })),
  ];
}

const systemNamespaces = words('kube-system kube-public kube-node-lease');

/** Our namespaces: labelled, for jobs, or with one of our claims. Their content is restored. */
export function listKeptNamespaces(objects: readonly RawObject[]): readonly string[] {
  const managed = (kind: string): readonly RawObject[] => objects.filter((one) => one.kind === kind && isManaged(one));
  const all = new Set([
    jobNamespace,
    ...managed('Namespace').map(({ metadata }) => metadata.name),
    ...managed('PersistentVolumeClaim').map(({ metadata }) => metadata.namespace ?? ''),
  ]);
  const present = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  return [...all].filter((name) => present.has(name) && !systemNamespaces.includes(name)).sort();
}

/** The cluster creates these itself; a Job would run a second time. */
const remadeKinds = words('ControllerRevision Endpoints EndpointSlice Event Job Lease PersistentVolume Pod');

/** Kubernetes or init creates these in each namespace. */
const remadeNames = words(
  `configmap/kube-root-ca.crt serviceaccount/default configmap/${preparedConfigMap} service/kubernetes`,
);

const serviceAccountToken = 'kubernetes.io/service-account-token';

/** Objects to restore: in our namespaces, or cluster-wide with our label, and not created by a controller or init. */
export function isKept(object: RawObject, namespaces: readonly string[]): boolean {
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

/** Written when the claim was bound; invalid in a new cluster. */
const bindAnnotations = [
  ...words('pv.kubernetes.io/bind-completed pv.kubernetes.io/bound-by-controller volume.kubernetes.io/selected-node'),
  ...words('volume.beta.kubernetes.io/storage-provisioner volume.kubernetes.io/storage-provisioner'),
];

/** Removes everything specific to the old cluster: with an owner's stale uid, Kubernetes would delete the object. */
export function withoutTraces(object: RawObject): RawObject {
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
  // the address `None` makes a service headless
  if (kind === 'Service' && spec['clusterIP'] !== 'None') return without(spec, ['clusterIP', 'clusterIPs']);
  return spec;
}

function without(record: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

/** Kinds that other objects depend on come first. */
const firstKinds = words('Namespace ServiceAccount Secret ConfigMap PersistentVolumeClaim Role ClusterRole');

/** Objects for `apply` in the new cluster. */
export function describeRestored(objects: readonly RawObject[], namespaces: readonly string[]): readonly RawObject[] {
  const rank = ({ kind }: RawObject): number => [...firstKinds, kind].indexOf(kind);
  return objects
    .filter((object) => isKept(object, namespaces))
    .map(withoutTraces)
    .sort((left, right) => rank(left) - rank(right));
}
