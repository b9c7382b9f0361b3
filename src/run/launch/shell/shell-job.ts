import type { PodResources } from '../../../fit/spark-pods.js';
import { ownLabels } from '../../../kube/names.js';
import { escapeExpansion } from '../../../overlay/run-overlay.js';
import { driverPodSpec } from '../../../services/submit/driver-pod.js';

export const shellContainer = 'shell';

export interface ShellJob {
  readonly runId: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The id of the home whose run it is. */
  readonly home: string | undefined;
  readonly image: string;
  readonly resources: PodResources;
  readonly executorTemplate: string;
  /** Should nobody be left to remove it. */
  readonly deadlineS: number;
}

/** A Job, because Kubernetes itself removes one that has ended, with its pod and the executors that the pod owns. */
export function shellJobObject(shell: ShellJob): object {
  const labels = {
    ...ownLabels(shell.home),
    'spark-dev/run': shell.runId,
    'spark-dev/role': 'shell',
  };
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
