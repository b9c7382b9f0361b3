import { kubectl, requestTimeout, type KubectlTool } from '../kube/kubectl.js';
import type { Argv } from '../ports/runner.js';
import { homeFolderAnnotation } from '../kube/labels.js';

/** What cleaning needs to know about one object in the cluster. */
export interface ClusterObject {
  /** kubectl's name for it: `pod`, `networkpolicy`. */
  readonly kind: string;
  /** Empty for cluster-wide objects. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Uids; Kubernetes collects the object when the last of them is gone. */
  readonly owners: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** The claims that a pod mounts. */
  readonly claims: readonly string[];
  /** A claim's size as a Kubernetes quantity. */
  readonly storage: string;
  /** For a namespace: the data folder of the home that made it. */
  readonly madeBy: string;
}

/** Everything that a job, Spark or one of our services can consist of. Accounts and bindings are removed only if a service made them. */
const kinds = [
  'jobs.batch',
  'pods',
  'configmaps',
  'services',
  'networkpolicies.networking.k8s.io',
  'deployments.apps',
  'statefulsets.apps',
  'persistentvolumeclaims',
  'serviceaccounts',
  'rolebindings.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  // namespaces of verify, one per case; last, when their pods are gone
  'namespaces',
  'persistentvolumes',
];

const fields = [
  '.kind',
  '.metadata.namespace',
  '.metadata.name',
  '.metadata.uid',
  '.metadata.ownerReferences[*].uid',
  '.metadata.labels',
  '.spec.volumes[*].persistentVolumeClaim.claimName',
  '.spec.resources.requests.storage',
  `.metadata.annotations.${homeFolderAnnotation}`,
];

/** One line per object: full objects of a large cluster exceed what a runner keeps of an answer. */
export function listObjectsArgv(tool: KubectlTool, timeoutMs: number): Argv {
  const line = fields.map((field) => `{${field}}`).join('{"\\t"}');
  const output = `--output=jsonpath={range .items[*]}${line}{"\\n"}{end}`;
  return kubectl(tool).argv(requestTimeout(timeoutMs), 'get', kinds.join(','), '--all-namespaces', output);
}

export function parseObjectLines(stdout: string): readonly ClusterObject[] {
  return stdout.split('\n').flatMap((line) => {
    const [kind = '', namespace = '', name, uid, owners, labels = '', claims, storage = '', madeBy = ''] =
      line.split('\t');
    if (name === undefined || uid === undefined) return [];
    const read = JSON.parse(labels || '{}') as Record<string, string>;
    const lists = { owners: wordsOf(owners), claims: wordsOf(claims) };
    return [{ kind: kind.toLowerCase(), namespace, name, uid, labels: read, ...lists, storage, madeBy }];
  });
}

/** By name, so that exactly the listed objects are removed. */
export function deleteObjectsArgv(tool: KubectlTool, objects: readonly ClusterObject[], how: readonly string[]): Argv {
  const names = objects.map(({ kind, name }) => `${kind}/${name}`);
  const namespace = objects[0]?.namespace ?? '';
  return kubectl(tool, namespace === '' ? undefined : namespace).delete(...names, '--ignore-not-found', ...how);
}

function wordsOf(text = ''): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}
