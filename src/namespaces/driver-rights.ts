import type { PreparedCluster } from '../clusters/prepared.js';
import { askKubectl, kubectl, listInput, type KubectlTool } from '../kube/kubectl.js';
import type { Argv } from '../ports/runner.js';
import type { NamespaceSession } from './session.js';

export interface DriverRight {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly why: string;
}

const of = (group: string, resource: string, why: Readonly<Record<string, string>>): readonly DriverRight[] =>
  Object.entries(why).map(([verb, reason]) => ({ verb, group, resource, why: reason }));

/** Everything that spark-submit and a driver of Spark 4.3 do in their namespace; kustomize/rights grants exactly that. */
export const driverRights: readonly DriverRight[] = [
  ...of('', 'pods', {
    create: 'spark-submit creates the driver, the driver its executors',
    get: 'the driver reads its own pod',
    list: 'the driver counts its executors',
    watch: 'the driver watches its executors',
    delete: 'the driver removes idle and failed executors',
    deletecollection: 'the driver removes its executors when it ends',
  }),
  ...of('', 'services', {
    create: 'executors find the driver by its service',
    patch: 'spark-submit applies it server-side',
    deletecollection: 'the driver cleans up',
  }),
  ...of('', 'configmaps', {
    create: "the driver's and the executors' configuration",
    patch: 'spark-submit applies it server-side',
    deletecollection: 'the driver cleans up',
  }),
  ...of('networking.k8s.io', 'networkpolicies', {
    create: "isolates an application's executors",
    patch: 'spark-submit applies it server-side',
  }),
];

/** A right to ask the account for, and the expected answer. */
export interface AskedRight extends DriverRight {
  /** Empty for cluster-wide resources. */
  readonly namespace: string;
  readonly expected: boolean;
}

/** What a driver needs and, on request, what it must not have: secrets, more rights, other namespaces, the nodes. */
export function listAsked(namespace: string, alsoDenied: boolean): readonly AskedRight[] {
  const needed = driverRights.map((right) => ({ ...right, namespace, expected: true }));
  if (!alsoDenied) return needed;
  const denied = (verb: string, group: string, resource: string, where: string, why: string): AskedRight => ({
    ...{ verb, group, resource, why },
    namespace: where,
    expected: false,
  });
  return [
    ...needed,
    denied('get', '', 'secrets', namespace, 'jobs mount their secrets'),
    denied('list', '', 'services', namespace, 'a driver creates its service but does not list services'),
    denied('create', 'rbac.authorization.k8s.io', 'rolebindings', namespace, 'an account must not give itself rights'),
    denied('list', '', 'pods', 'kube-system', 'other namespaces belong to others'),
    denied('list', '', 'nodes', '', 'jobs have no business with the nodes'),
  ];
}

export function askedKey(right: Pick<AskedRight, 'verb' | 'group' | 'resource' | 'namespace'>): string {
  return `${rightKey(right)} ${right.namespace === '' ? '-' : right.namespace}`;
}

/** `pods`, `networkpolicies.networking.k8s.io`: as kubectl names them. */
export function nameResource({ group, resource }: Pick<DriverRight, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`;
}

export function rightKey(right: Pick<DriverRight, 'verb' | 'group' | 'resource'>): string {
  return `${right.verb} ${nameResource(right)}`;
}

/** The API request that asks whether the caller may do it. */
export function accessReview(right: Pick<DriverRight, 'verb' | 'group' | 'resource'>, namespace: string): object {
  const { verb, group } = right;
  const [resource, subresource] = right.resource.split('/', 2);
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: {
      resourceAttributes: { namespace, verb, group, resource, ...(subresource === undefined ? {} : { subresource }) },
    },
  };
}

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

const template =
  '{{with .spec.resourceAttributes}}{{.verb}} {{.resource}}{{with .subresource}}/{{.}}{{end}}{{with .group}}.{{.}}{{end}}{{end}} {{.status.allowed}}\n';

const answerWithinMs = 30_000;

/** Asks for the caller, or as another account if the caller may impersonate it. One call for all questions, on its stdin. */
export function askRightsArgv(cluster: KubectlTool, as?: string): Argv {
  const who = as === undefined ? [] : [`--as=${as}`];
  return kubectl(cluster).argv(...who, 'create', '--filename=-', `--output=go-template=${template}`);
}

/** The rights that the caller, or that account, lacks in the session's namespace. */
export async function findMissingRights<Right extends CallerRight>(
  session: NamespaceSession,
  rights: readonly Right[],
  as?: string,
): Promise<readonly Right[]> {
  const { cluster } = session;
  const input = listInput(rights.map((right) => accessReview(right, cluster.namespace)));
  const stdout = await askKubectl(session, askRightsArgv(cluster, as), { input, timeoutMs: answerWithinMs });
  const answers = stdout.split('\n');
  return rights.filter((right) => !answers.includes(`${rightKey(right)} true`));
}

/** Kubernetes' name for the service account of jobs. */
export function accountName({ serviceAccount, namespace }: PreparedCluster): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}
