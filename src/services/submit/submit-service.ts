import type { PodResources } from '../../fit/spark-pods.js';
import { jobNamespace, ownLabels } from '../../kube/names.js';
import { driverPodSpec } from './driver-pod.js';

/** One to a namespace. */
export const serviceName = 'spark-dev-submit';
export const serviceContainer = 'submit';
/** What belongs to it, wherever it came from. */
export const serviceLabel = 'spark-dev/service=submit';

/** Clients in it use what is left of the limit: three of Spark's smallest. */
export const usualMemoryMb = 2048;
const requestMb = 256;

/** What is typed to have it there, whichever namespace is in use. */
export function upWords(namespace: string): string {
  return `spark-dev submit up${namespace === jobNamespace ? '' : ` --namespace ${namespace}`}`;
}

export interface SubmitService {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly image: string;
  /** The id of the home that puts it up. */
  readonly home: string | undefined;
  readonly memoryMb: number;
}

/** A Deployment, so that a pod that was evicted or deleted comes back. It asks for little and may use more: mostly it waits. */
export function serviceObject({ namespace, serviceAccount, image, memoryMb, home }: SubmitService): object {
  const [key = '', value = ''] = serviceLabel.split('=');
  const selector = { [key]: value, 'spark-dev/role': 'service' };
  const labels = { ...ownLabels(home), ...selector };
  const resources: PodResources = { requests: { cpuMilli: 50, memoryMb: requestMb }, limits: { memoryMb } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: serviceName, namespace, labels },
    spec: {
      replicas: 1,
      // the claim for event logs is for one node, and two would only take each other's room
      strategy: { type: 'Recreate' },
      selector: { matchLabels: selector },
      template: {
        metadata: { labels },
        spec: driverPodSpec({ container: serviceContainer, image, serviceAccount, resources }),
      },
    },
  };
}
