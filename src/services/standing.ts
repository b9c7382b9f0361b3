import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { z } from 'zod';
import { askKubectl, kubectl } from '../kube/kubectl.js';
import { ownSelector, serviceDigestAnnotation, serviceLabel, serviceNamespaceLabel } from '../kube/labels.js';
import type { NamespaceSession } from '../namespaces/session.js';
import { viewPod } from '../spark/outcome.js';
import { isWorkload } from './objects.js';
import type { PodTrouble } from './await-pods.js';
import { readMemoryMb } from '../text/sizes.js';

/** One object of a service, observed in the cluster or wanted. */
export type ObservedObject = Readonly<ReturnType<typeof observeObject>>;

/** All objects with the labels of one service in one namespace. */
export interface Standing {
  readonly service: string;
  readonly namespace: string;
  readonly objects: readonly ObservedObject[];
  readonly pods: readonly V1Pod[];
}

export interface Health {
  readonly state: 'down' | 'starting' | 'ready' | 'failing' | 'stopping';
  readonly why?: string;
  readonly trouble?: PodTrouble | undefined;
}

/** Enough to know its health. */
export const statusKinds = ['deployments.apps', 'statefulsets.apps', 'pods', 'services'];

/** `down` and `clean` miss objects of other kinds. */
export const serviceKinds = [
  ...[...statusKinds, 'configmaps', 'serviceaccounts'],
  ...['rolebindings.rbac.authorization.k8s.io', 'clusterrolebindings.rbac.authorization.k8s.io'],
];

/** One kubectl call. */
export async function observeStanding(
  session: NamespaceSession,
  service: string,
  asked: readonly string[] = serviceKinds,
): Promise<Standing> {
  const { cluster } = session;
  const { namespace } = cluster;
  const selector = `--selector=${ownSelector},${serviceLabel}=${service}`;
  const argv = kubectl(cluster, namespace).get(asked.join(','), selector, '--output=json');
  const items = readItems(await askKubectl(session, argv));
  return { service, namespace, ...splitItems(items.filter(({ observed }) => observed.namespace === namespace)) };
}

/** All services in all namespaces, in one call; only the kinds that `status` needs. */
export async function listStanding(session: NamespaceSession): Promise<readonly Standing[]> {
  const asked = [statusKinds.join(','), `--selector=${ownSelector},${serviceLabel}`];
  const argv = kubectl(session.cluster).get(...asked, '--all-namespaces', '--output=json');
  const items = readItems(await askKubectl(session, argv));
  const keyOf = ({ observed }: Item): string => `${observed.labels[serviceLabel] ?? ''}\n${observed.namespace}`;
  return [...new Set(items.map(keyOf))].map((key) => {
    const [service = '', namespace = ''] = key.split('\n');
    return { service, namespace, ...splitItems(items.filter((item) => keyOf(item) === key)) };
  });
}

const words = z.record(z.string(), z.string()).default({});
const containerSchema = z.object({
  image: z.string().optional(),
  resources: z.object({ limits: z.object({ memory: z.string().optional() }).optional() }).optional(),
});
const podSchema = z.object({ containers: z.array(containerSchema) });
const condition = z.object({ type: z.string(), status: z.string(), message: z.string().optional() });

/** All kinds; `replicas` and `template` are a workload's. */
const objectSchema = z.object({
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    namespace: z.string().optional(),
    labels: words,
    annotations: words,
    creationTimestamp: z.string().default(''),
    deletionTimestamp: z.string().optional(),
    ownerReferences: z.array(z.unknown()).default([]),
  }),
  spec: z.object({ replicas: z.number().default(1), template: z.object({ spec: podSchema }).optional() }).prefault({}),
  status: z.object({ conditions: z.array(condition).default([]) }).prefault({}),
});

/** What is read of a pod that kubectl prints. */
const printedPod = z.object({
  spec: podSchema,
  status: z.object({
    containerStatuses: z.array(z.object({ ready: z.boolean(), restartCount: z.number() })).optional(),
  }),
});

interface Item {
  readonly item: unknown;
  readonly observed: ObservedObject;
}

function readItems(stdout: string): readonly Item[] {
  const { items } = z.object({ items: z.array(z.unknown()) }).parse(JSON.parse(stdout));
  return items.map((item) => ({ item, observed: observeObject(item) }));
}

function splitItems(items: readonly Item[]): Pick<Standing, 'objects' | 'pods'> {
  const pods = items.filter(({ observed }) => observed.kind === 'Pod').map(({ item }) => item);
  z.array(printedPod).parse(pods);
  return { objects: items.map(({ observed }) => observed), pods: pods as V1Pod[] };
}

/** Throws if it is not an object of Kubernetes. */
export function observeObject(object: unknown) {
  const { kind, metadata, spec, status } = objectSchema.parse(object);
  const { name, labels, annotations } = metadata;
  const [container] = spec.template?.spec.containers ?? [];
  return {
    kind,
    name,
    /** For a cluster-wide object, the namespace that it was created for. */
    namespace: metadata.namespace ?? labels[serviceNamespaceLabel] ?? '',
    labels,
    annotations,
    /** Undefined for objects that others added. */
    digest: annotations[serviceDigestAnnotation],
    /** ISO 8601. */
    since: metadata.creationTimestamp,
    isGoing: metadata.deletionTimestamp !== undefined,
    isOwned: metadata.ownerReferences.length > 0,
    replicas: spec.replicas,
    image: container?.image,
    memoryMb: memoryOf(container),
    /** Kubernetes' message if it cannot create pods. */
    refusal: status.conditions.find((one) => one.type === 'ReplicaFailure' && one.status === 'True')?.message,
  };
}

function memoryOf(container: z.infer<typeof containerSchema> | V1Container | undefined): number | undefined {
  return readMemoryMb(container?.resources?.limits?.['memory'] ?? '');
}

export function standingWorkloads({ objects }: Pick<Standing, 'objects'>): readonly ObservedObject[] {
  return objects.filter(isWorkload);
}

/** Newest first, without terminating pods. */
export function standingPods({ pods }: Pick<Standing, 'pods'>): readonly V1Pod[] {
  const since = ({ metadata }: V1Pod): string => String(metadata?.creationTimestamp ?? '');
  return pods
    .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
    .toSorted((one, other) => since(other).localeCompare(since(one)));
}

export function isPodReady({ status }: V1Pod): boolean {
  const containers = status?.containerStatuses ?? [];
  return containers.length > 0 && containers.every(({ ready }) => ready);
}

/** Pure: ready if every workload has all its pods, they match its current spec, and they are ready. */
export function classifyHealth(standing: Pick<Standing, 'objects' | 'pods'>): Health {
  const workloads = standingWorkloads(standing);
  const pods = standingPods(standing);
  if (workloads.length === 0) return { state: 'down' };
  if (workloads.some(({ isGoing }) => isGoing)) return { state: 'stopping', why: 'it is being removed' };
  const podsOf = (workload: ObservedObject): readonly V1Pod[] => pods.filter((pod) => isMadeBy(pod, workload));
  // a workload scaled to zero is not ready
  const lacking = workloads.find((one) => podsOf(one).filter(isPodReady).length < Math.max(1, one.replicas));
  if (lacking === undefined) return { state: 'ready' };
  const trouble = workloads.flatMap(podsOf).flatMap(troublesOf)[0];
  if (trouble !== undefined) return { state: 'failing', why: `${trouble.what}: ${trouble.why}`, trouble };
  if (lacking.refusal !== undefined) return { state: 'failing', why: lacking.refusal };
  const [pod] = podsOf(lacking);
  return { state: 'starting', why: pod === undefined ? `${lacking.name} has no pod` : noteOf(pod) };
}

/** Compares the spec too: a manual change to the workload keeps its digest. */
function isMadeBy({ metadata, spec }: V1Pod, { digest, image, memoryMb }: ObservedObject): boolean {
  const [first] = spec?.containers ?? [];
  return (
    metadata?.annotations?.[serviceDigestAnnotation] === digest &&
    first?.image === image &&
    memoryOf(first) === memoryMb
  );
}

function noteOf(pod: V1Pod): string {
  const { progress } = viewPod(pod, pod.status?.containerStatuses?.[0]?.name ?? '');
  return progress.state === 'waiting' ? progress.note : progress.state;
}

function troublesOf(pod: V1Pod): readonly PodTrouble[] {
  const name = pod.metadata?.name ?? '';
  const crashed = (pod.status?.containerStatuses ?? []).flatMap(({ state, lastState }): readonly PodTrouble[] => {
    if (state?.waiting?.reason !== 'CrashLoopBackOff') return [];
    const { exitCode, reason } = lastState?.terminated ?? {};
    const why = `It ended with exit code ${String(exitCode ?? 'unknown')} (${reason ?? 'no reason given'}).`;
    return [{ kind: 'crash', pod: name, what: `Pod ${name} keeps crashing`, why }];
  });
  return [...viewPod(pod, '').troubles, ...crashed];
}

export function findSame(one: ObservedObject, among: readonly ObservedObject[]): ObservedObject | undefined {
  return among.find(({ kind, name }) => kind === one.kind && name === one.name);
}
