import type { PodResources } from '../../../fit/spark-pods.js';
import { escapeExpansion } from '../../../overlay/run-overlay.js';
import { driverPodSpec } from '../../../services/submit/driver-pod.js';
import { roleLabel, runLabels } from '../../../kube/labels.js';

export const shellContainer = 'shell';

export interface ShellJob {
  readonly runId: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The id of the home that runs it. */
  readonly home: string | undefined;
  readonly image: string;
  readonly resources: PodResources;
  readonly executorTemplate: string;
  /** The time limit, if nothing else removes it. */
  readonly deadlineS: number;
}

/** A Job, because Kubernetes removes a finished one with its pod and the executors that the pod owns. */
export function shellJobObject(shell: ShellJob): object {
  const labels = { ...runLabels(shell.runId, shell.home), [roleLabel]: 'shell' };
  const { image, serviceAccount, resources } = shell;
  const env = { EXECUTOR_TEMPLATE: escapeExpansion(shell.executorTemplate) };
  const pod = driverPodSpec({ container: shellContainer, image, serviceAccount, resources, env });
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: shell.runId, namespace: shell.namespace, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: shell.deadlineS,
      ttlSecondsAfterFinished: 60,
      template: { metadata: { labels }, spec: { restartPolicy: 'Never', ...pod } },
    },
  };
}
