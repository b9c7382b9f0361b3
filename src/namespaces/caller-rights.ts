import type { DriverRight } from './driver-rights.js';

/** An action of a user in a namespace; `pods/log` has a subresource. */
export type CallerRight = Pick<DriverRight, 'verb' | 'group' | 'resource'>;

const verbsOn = (group: string, resource: string, verbs: readonly string[]): readonly CallerRight[] =>
  verbs.map((verb) => ({ verb, group, resource }));

/** Everything that `run` itself does: Skaffold applies a Job and a ConfigMap, we watch the pods and clean up. Kubernetes' role `edit` covers it. */
export const runRights: readonly CallerRight[] = [
  ...verbsOn('batch', 'jobs', ['create', 'get', 'list', 'patch', 'delete']),
  ...verbsOn('', 'configmaps', ['create', 'get', 'list', 'patch', 'delete']),
  ...verbsOn('', 'pods', ['get', 'list', 'watch', 'delete']),
  ...verbsOn('', 'pods/log', ['get']),
  ...verbsOn('', 'serviceaccounts', ['get']),
  ...verbsOn('', 'persistentvolumeclaims', ['get']),
];

/** Everything that `namespace prepare` does. Kubernetes' role `admin` covers it, `edit` does not. */
export const prepareRights: readonly CallerRight[] = [
  ...verbsOn('', 'serviceaccounts', ['create', 'get', 'patch']),
  ...verbsOn('', 'persistentvolumeclaims', ['create', 'get', 'patch']),
  ...verbsOn('rbac.authorization.k8s.io', 'roles', ['create', 'get', 'patch']),
  ...verbsOn('rbac.authorization.k8s.io', 'rolebindings', ['create', 'get', 'patch']),
];
