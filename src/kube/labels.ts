/** Labels and annotations of Kubernetes, Spark and spark-dev that show what belongs together; cleanup depends on them. */
export const managedByLabel = 'app.kubernetes.io/managed-by';

/** The id of the home that made an object; a home's namespaces also name its data folder. */
export const homeLabel = 'spark-dev/home';
export const homeFolderAnnotation = 'spark-dev/home-folder';

/** On everything that spark-dev makes. Rendered manifests have no home, since they may go to any cluster. */
export function ownLabels(home?: string): Readonly<Record<string, string>> {
  return { [managedByLabel]: 'spark-dev', ...(home === undefined ? {} : { [homeLabel]: home }) };
}

export const ownSelector = `${managedByLabel}=spark-dev`;

export function isOwn(labels: Readonly<Record<string, string>> | undefined): boolean {
  return labels?.[managedByLabel] === 'spark-dev';
}

/** Prefix of all labels and annotations of spark-dev. */
export const ownPrefix = 'spark-dev/';

export const runLabel = 'spark-dev/run';

export function runLabels(runId: string, home?: string): Readonly<Record<string, string>> {
  return { ...ownLabels(home), [runLabel]: runId };
}

export function runSelector(runId: string): string {
  return `${runLabel}=${runId}`;
}

/** Purpose of a pod: submit, service or shell. */
export const roleLabel = 'spark-dev/role';
/** On all objects of a service, to distinguish its accounts and rights from those prepared once. */
export const serviceLabel = 'spark-dev/service';
/** On what a service has outside of namespaces: the one that it was made for. */
export const serviceNamespaceLabel = 'spark-dev/service-namespace';
/** Of an object as a service wants it; what is asked for and stands already has the same. */
export const serviceDigestAnnotation = 'spark-dev/service-digest';
/** On everything that `verify` makes, including its namespaces: leftovers of a killed one may be removed, other namespaces are the user's. */
export const verifyLabel = 'spark-dev/verify';

/** On the ConfigMap of what init prepared: the namespace that runs use instead, set by `namespace use`. */
export const namespaceAnnotation = 'spark-dev/namespace';
/** On the headless service of a client: which of the pod's port triples it uses. */
export const slotAnnotation = 'spark-dev/slot';

/** Spark's own: https://github.com/apache/spark, resource-managers/kubernetes/core: Constants.scala */
export const sparkRoleLabel = 'spark-role';
export const sparkAppLabel = 'spark-app-selector';
