import { kubectl, type KubectlTool } from '../kube/kubectl.js';
import type { Kube, ListedObject } from '../ports/kube.js';
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
export const cleanedResources: Readonly<Record<string, string>> = {
  job: 'apis/batch/v1/jobs',
  pod: 'api/v1/pods',
  configmap: 'api/v1/configmaps',
  service: 'api/v1/services',
  networkpolicy: 'apis/networking.k8s.io/v1/networkpolicies',
  deployment: 'apis/apps/v1/deployments',
  statefulset: 'apis/apps/v1/statefulsets',
  persistentvolumeclaim: 'api/v1/persistentvolumeclaims',
  serviceaccount: 'api/v1/serviceaccounts',
  rolebinding: 'apis/rbac.authorization.k8s.io/v1/rolebindings',
  clusterrolebinding: 'apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  // namespaces of verify, one per case; last, when their pods are gone
  namespace: 'api/v1/namespaces',
  persistentvolume: 'api/v1/persistentvolumes',
};

/** All that may have to be cleaned, made by us or not. */
export async function listClusterObjects(kube: Pick<Kube, 'listObjects'>): Promise<readonly ClusterObject[]> {
  const lists = await kube.listObjects(Object.values(cleanedResources));
  return Object.keys(cleanedResources).flatMap((kind, index) =>
    (lists[index] ?? []).map((listed) => describeObject(kind, listed)),
  );
}

function describeObject(kind: string, { metadata, spec }: ListedObject): ClusterObject {
  return {
    kind,
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    owners: (metadata?.ownerReferences ?? []).map(({ uid }) => uid),
    labels: metadata?.labels ?? {},
    claims: (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []),
    storage: spec?.resources?.requests?.['storage'] ?? '',
    madeBy: metadata?.annotations?.[homeFolderAnnotation] ?? '',
  };
}

/** By name, so that exactly the listed objects are removed. */
export function deleteObjectsArgv(tool: KubectlTool, objects: readonly ClusterObject[], how: readonly string[]): Argv {
  const names = objects.map(({ kind, name }) => `${kind}/${name}`);
  const namespace = objects[0]?.namespace ?? '';
  return kubectl(tool, namespace === '' ? undefined : namespace).delete(...names, '--ignore-not-found', ...how);
}
