import { jobNamespace } from '../../kube/names.js';
import { roleLabel, serviceLabel } from '../../kube/labels.js';

export const submitName = 'submit';
/** Name of its Deployment. */
export const serviceName = 'spark-dev-submit';
export const serviceContainer = 'submit';
/** On everything that belongs to it. */
export const submitLabels = { [serviceLabel]: submitName };
export const submitSelector = `${serviceLabel}=${submitName}`;
/** Labels of its pod. */
export const servicePodLabels = { ...submitLabels, [roleLabel]: 'service' };

/** Enough for three of Spark's smallest drivers. */
export const usualMemoryMb = 2048;

/** The command that starts it in this namespace. */
export function upWords(namespace: string): string {
  return `spark-dev submit up${namespace === jobNamespace ? '' : ` --namespace ${namespace}`}`;
}
