import { jobNamespace } from '../../kube/names.js';
import { roleLabel, serviceLabel } from '../../kube/labels.js';

export const submitName = 'submit';
/** Of its Deployment. */
export const serviceName = 'spark-dev-submit';
export const serviceContainer = 'submit';
/** What belongs to it, wherever it came from. */
export const submitLabels = { [serviceLabel]: submitName };
export const submitSelector = `${serviceLabel}=${submitName}`;
/** Of its pod. */
export const servicePodLabels = { ...submitLabels, [roleLabel]: 'service' };

/** Clients in it use what is left of the limit: three of Spark's smallest. */
export const usualMemoryMb = 2048;

/** What is typed to have it there, whichever namespace is in use. */
export function upWords(namespace: string): string {
  return `spark-dev submit up${namespace === jobNamespace ? '' : ` --namespace ${namespace}`}`;
}
