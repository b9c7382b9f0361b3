import { askKubectl, kubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Argv } from '../ports/runner.js';
import type { NamespaceSession } from './session.js';

/** One object in a namespace; of its content only what a person must know before it goes. */
export interface NamespaceObject {
  readonly kind: string;
  readonly name: string;
  readonly finalizers: readonly string[];
  /** Of a claim, as Kubernetes writes it: 2Gi. */
  readonly storage: string | undefined;
}

/** They come and go by themselves. */
const passing =
  /^(events|events\.events\.k8s\.io|endpoints|endpointslices\.discovery\.k8s\.io|leases\.coordination\.k8s\.io)$/;
/** Kubernetes puts these into every namespace. */
const residents = ['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default'];
const answerWithinMs = 30_000;

export function listKindsArgv(cluster: PreparedCluster): Argv {
  return kubectl(cluster).argv('api-resources', '--namespaced', '--verbs=list,delete', '--output=name');
}

/** A template instead of JSON, so that no Secret's value is ever read. */
export function listObjectsArgv(cluster: PreparedCluster, kinds: readonly string[], namespace: string): Argv {
  const storage = '{{if eq .kind "PersistentVolumeClaim"}}{{.spec.resources.requests.storage}}{{end}}';
  const finalizers = '{{range .metadata.finalizers}}{{.}},{{end}}';
  const template = `{{range .items}}{{.kind}}\t{{.metadata.name}}\t${finalizers}\t${storage}\n{{end}}`;
  const how = ['--ignore-not-found', `--output=go-template=${template}`];
  return kubectl(cluster, namespace).get(kinds.join(','), ...how);
}

/** An API that does not answer hides its kinds; the others are told. */
export async function listContents(session: NamespaceSession, namespace: string): Promise<readonly NamespaceObject[]> {
  const { cluster } = session;
  const options = { timeoutMs: answerWithinMs, accept: [1] };
  const kinds = (await askKubectl(session, listKindsArgv(cluster), options))
    .split('\n')
    .filter((kind) => kind !== '' && !passing.test(kind));
  if (kinds.length === 0) return [];
  return parseContents(await askKubectl(session, listObjectsArgv(cluster, kinds, namespace), options));
}

export function parseContents(stdout: string): readonly NamespaceObject[] {
  return stdout.split('\n').flatMap((line) => {
    const [kind = '', name = '', finalizers = '', storage = ''] = line.split('\t');
    if (name === '' || residents.includes(`${kind}/${name}`)) return [];
    const size = storage === '' || storage === '<no value>' ? undefined : storage;
    return [{ kind, name, finalizers: finalizers.split(',').filter((one) => one !== ''), storage: size }];
  });
}

/** `3 Pod`, `PersistentVolumeClaim spark-events (2Gi)`: claims by name, for their data is what is lost. */
export function describeContents(objects: readonly NamespaceObject[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { kind, storage } of objects) if (storage === undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [
    ...objects.flatMap(({ kind, name, storage }) => (storage === undefined ? [] : [`${kind} ${name} (${storage})`])),
    ...[...counts].map(([kind, count]) => `${String(count)} ${kind}`),
  ];
}
