import { homeFolderAnnotation } from '../kube/names.js';
import { pinnedKubectl, type KubectlTool } from '../kube/kubectl.js';
import type { Argv } from '../ports/runner.js';

/** What cleaning needs to know of one object in the cluster. */
export interface ClusterObject {
  /** As kubectl takes it: `pod`, `networkpolicy`. */
  readonly kind: string;
  /** Empty for what belongs to the whole cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Uids; with the last of them Kubernetes collects it. */
  readonly owners: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Of a pod, the claims that it mounts. */
  readonly claims: readonly string[];
  /** Of a claim, as Kubernetes writes quantities. */
  readonly storage: string;
  /** Of a namespace, where the home that made it had its data. */
  readonly madeBy: string;
}

/** All that a job, Spark or a service of ours can consist of. Accounts and bindings go only where a service made them. */
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
  // of verify, which makes a namespace for each of its cases; last, when their pods are gone
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

/** One line an object: whole objects of a busy cluster are more than a runner keeps of an answer. */
export function listObjectsArgv(tool: KubectlTool, timeoutMs: number): Argv {
  const line = fields.map((field) => `{${field}}`).join('{"\\t"}');
  return [
    ...pinnedKubectl(tool),
    `--request-timeout=${String(timeoutMs)}ms`,
    'get',
    kinds.join(','),
    '--all-namespaces',
    `--output=jsonpath={range .items[*]}${line}{"\\n"}{end}`,
  ];
}

export function parseObjectLines(stdout: string): readonly ClusterObject[] {
  return stdout.split('\n').flatMap((line) => {
    const [kind, namespace, name, uid, owners, labels, claims, storage, madeBy] = line.split('\t');
    if (kind === undefined || namespace === undefined || name === undefined || uid === undefined) return [];
    return [
      {
        kind: kind.toLowerCase(),
        namespace,
        name,
        uid,
        owners: wordsOf(owners),
        labels: JSON.parse(labels === undefined || labels === '' ? '{}' : labels) as Record<string, string>,
        claims: wordsOf(claims),
        storage: storage ?? '',
        madeBy: madeBy ?? '',
      },
    ];
  });
}

/** By name, so that what is removed is what was shown. */
export function deleteObjectsArgv(tool: KubectlTool, objects: readonly ClusterObject[], how: readonly string[]): Argv {
  const names = objects.map(({ kind, name }) => `${kind}/${name}`);
  const namespace = objects[0]?.namespace ?? '';
  const where = namespace === '' ? [] : [`--namespace=${namespace}`];
  return [...pinnedKubectl(tool), ...where, 'delete', ...names, '--ignore-not-found', ...how];
}

function wordsOf(text = ''): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}
