export interface DriverRight {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly why: string;
}

const of = (group: string, resource: string, why: Readonly<Record<string, string>>): readonly DriverRight[] =>
  Object.entries(why).map(([verb, reason]) => ({ verb, group, resource, why: reason }));

/** All that spark-submit and a driver of Spark 4.3 do in their namespace; kustomize/rights grants it and no more. */
export const driverRights: readonly DriverRight[] = [
  ...of('', 'pods', {
    create: 'spark-submit makes the driver, the driver its executors',
    get: 'the driver looks itself up',
    list: 'the driver counts its executors',
    watch: 'the driver follows its executors',
    delete: 'the driver removes idle and failed executors',
    deletecollection: 'the driver removes its executors at its end',
  }),
  ...of('', 'services', {
    create: 'executors find the driver by its service',
    patch: 'spark-submit applies it server-side',
    deletecollection: 'the driver tidies up',
  }),
  ...of('', 'configmaps', {
    create: "the driver's and the executors' configuration",
    patch: 'spark-submit applies it server-side',
    deletecollection: 'the driver tidies up',
  }),
  ...of('networking.k8s.io', 'networkpolicies', {
    create: "an application's executors talk to nobody else",
    patch: 'spark-submit applies it server-side',
  }),
];

/** `pods`, `networkpolicies.networking.k8s.io`: as kubectl names them. */
export function nameResource({ group, resource }: Pick<DriverRight, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`;
}

export function rightKey(right: Pick<DriverRight, 'verb' | 'group' | 'resource'>): string {
  return `${right.verb} ${nameResource(right)}`;
}

/** The question to the API server whether the one who asks may do it. */
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
