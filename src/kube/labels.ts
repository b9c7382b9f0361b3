/** Names by which Kubernetes, Spark and spark-dev know what belongs to whom; cleaning up hangs on them. */
export const managedByLabel = 'app.kubernetes.io/managed-by';

/** The id of the home that made an object; the namespaces that one made name its data folder too. */
export const homeLabel = 'spark-dev/home';
export const homeFolderAnnotation = 'spark-dev/home-folder';

/** On everything that spark-dev makes. Without a home where none is known: what is rendered, for whichever cluster. */
export function ownLabels(home?: string): Readonly<Record<string, string>> {
  return { [managedByLabel]: 'spark-dev', ...(home === undefined ? {} : { [homeLabel]: home }) };
}

export const ownSelector = `${managedByLabel}=spark-dev`;

export function isOwn(labels: Readonly<Record<string, string>> | undefined): boolean {
  return labels?.[managedByLabel] === 'spark-dev';
}

/** All labels and annotations of spark-dev itself begin with it. */
export const ownPrefix = 'spark-dev/';

/** Which run something belongs to. */
export const runLabel = 'spark-dev/run';

export function runLabels(runId: string, home?: string): Readonly<Record<string, string>> {
  return { ...ownLabels(home), [runLabel]: runId };
}

export function runSelector(runId: string): string {
  return `${runLabel}=${runId}`;
}

/** What a pod is for: submit, service or shell. */
export const roleLabel = 'spark-dev/role';
/** On all that a service consists of, so that its accounts and rights are told from those that are prepared once. */
export const serviceLabel = 'spark-dev/service';
/** On what a service has outside of namespaces: the one that it was made for. */
export const serviceNamespaceLabel = 'spark-dev/service-namespace';
/** Of an object as a service wants it; what is asked for and stands already has the same. */
export const serviceDigestAnnotation = 'spark-dev/service-digest';
/** On all that `verify` makes, its namespaces too: what a killed one leaves may go, other namespaces are a person's. */
export const verifyLabel = 'spark-dev/verify';

/** On the ConfigMap of what init prepared, the namespace into which runs go instead; chosen by `namespace use`. */
export const namespaceAnnotation = 'spark-dev/namespace';
/** On the headless service of a client: which of the pod's port triples is its own. */
export const slotAnnotation = 'spark-dev/slot';

/** Spark's own: https://github.com/apache/spark, resource-managers/kubernetes/core: Constants.scala */
export const sparkRoleLabel = 'spark-role';
export const sparkAppLabel = 'spark-app-selector';
