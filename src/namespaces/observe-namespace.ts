import { z } from 'zod';
import type { NamespaceSession } from './session.js';
import { askKubectl, kubectl } from '../kube/kubectl.js';
import { isOwn, ownSelector, homeLabel, homeFolderAnnotation } from '../kube/labels.js';

export interface ObservedNamespace {
  readonly name: string;
  readonly ours: boolean;
  /** The id of the home that made it, and the path of that home's data; empty if unknown. */
  readonly home: string;
  readonly madeBy: string;
  readonly isTerminating: boolean;
  /** What blocks a deletion, in Kubernetes' words. */
  readonly obstacles: readonly string[];
}

const words = z.record(z.string(), z.string()).default({});
const namespaceSchema = z.object({
  metadata: z.object({ name: z.string(), labels: words, annotations: words }),
  status: z
    .object({
      phase: z.string().default('Active'),
      conditions: z
        .array(z.object({ status: z.string(), type: z.string(), message: z.string().default('') }))
        .default([]),
    })
    .default({ phase: 'Active', conditions: [] }),
});

export async function observeNamespace(
  session: NamespaceSession,
  name: string,
): Promise<ObservedNamespace | undefined> {
  const argv = kubectl(session.cluster).get('namespace', name, '--ignore-not-found', '--output=json');
  const stdout = await askKubectl(session, argv);
  return stdout.trim() === '' ? undefined : toSeen(namespaceSchema.parse(JSON.parse(stdout)));
}

export async function listNamespaces(session: NamespaceSession): Promise<readonly ObservedNamespace[]> {
  const argv = kubectl(session.cluster).get('namespaces', `--selector=${ownSelector}`, '--output=json');
  const list = z.object({ items: z.array(namespaceSchema) });
  return list.parse(JSON.parse(await askKubectl(session, argv))).items.map(toSeen);
}

function toSeen({ metadata, status }: z.output<typeof namespaceSchema>): ObservedNamespace {
  return {
    name: metadata.name,
    ours: isOwn(metadata.labels),
    home: metadata.labels[homeLabel] ?? '',
    madeBy: metadata.annotations[homeFolderAnnotation] ?? '',
    isTerminating: status.phase === 'Terminating',
    obstacles: status.conditions
      .filter((one) => one.status === 'True')
      .map(({ type, message }) => `${type}: ${message}`),
  };
}

/** One object in a namespace; only what a user must know before it is deleted. */
export interface NamespaceObject {
  readonly kind: string;
  readonly name: string;
  readonly finalizers: readonly string[];
  /** A claim's size as Kubernetes writes it: 2Gi. */
  readonly storage: string | undefined;
}

/** They come and go by themselves. */
const passing =
  /^(events|events\.events\.k8s\.io|endpoints|endpointslices\.discovery\.k8s\.io|leases\.coordination\.k8s\.io)$/;
/** Kubernetes puts these into every namespace. */
const residents = ['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default'];
const answerWithinMs = 30_000;

/** A template instead of JSON, so that no Secret's value is ever read. */
const storageField = '{{if eq .kind "PersistentVolumeClaim"}}{{.spec.resources.requests.storage}}{{end}}';
const finalizersField = '{{range .metadata.finalizers}}{{.}},{{end}}';
const output = `--output=go-template={{range .items}}{{.kind}}\t{{.metadata.name}}\t${finalizersField}\t${storageField}\n{{end}}`;

/** An API that does not answer hides its kinds; the others are still listed. */
export async function listContents(session: NamespaceSession, namespace: string): Promise<readonly NamespaceObject[]> {
  const { cluster } = session;
  const options = { timeoutMs: answerWithinMs, accept: [1] };
  const list = kubectl(cluster).argv('api-resources', '--namespaced', '--verbs=list,delete', '--output=name');
  const listed = await askKubectl(session, list, options);
  const kinds = listed.split('\n').filter((kind) => kind !== '' && !passing.test(kind));
  if (kinds.length === 0) return [];
  const look = kubectl(cluster, namespace).get(kinds.join(','), '--ignore-not-found', output);
  const stdout = await askKubectl(session, look, options);
  return stdout.split('\n').flatMap((line) => {
    const [kind = '', name = '', finalizers = '', storage = ''] = line.split('\t');
    if (name === '' || residents.includes(`${kind}/${name}`)) return [];
    const size = storage === '' || storage === '<no value>' ? undefined : storage;
    return [{ kind, name, finalizers: finalizers.split(',').filter((one) => one !== ''), storage: size }];
  });
}

/** `3 Pod`, `PersistentVolumeClaim spark-events (2Gi)`: claims by name, because their data would be lost. */
export function describeContents(objects: readonly NamespaceObject[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { kind, storage } of objects) if (storage === undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [
    ...objects.flatMap(({ kind, name, storage }) => (storage === undefined ? [] : [`${kind} ${name} (${storage})`])),
    ...[...counts].map(([kind, count]) => `${String(count)} ${kind}`),
  ];
}
