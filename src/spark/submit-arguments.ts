import type { JobShape } from '../cluster/fit/spark-pods.js';
import { escapeExpansion } from '../overlay/run-overlay.js';
import { jobConf } from './job-conf.js';

/** One application on Kubernetes, all that spark-submit must be told. */
export interface Submission {
  readonly runId: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The application's class; absent for Python. */
  readonly mainClass?: string;
  /** `local:///…` inside the image. */
  readonly resource: string;
  readonly arguments: readonly string[];
  /** With every request decided. */
  readonly job: JobShape;
  /** Nodes get the image from a registry, not from the daemon that built it. */
  readonly pulls?: boolean;
}

/** Where the submit pod mounts the pod templates, and the driver its events. */
export const templates = '/opt/spark/templates';
const eventsPath = '/var/log/spark-events';
const eventsClaim = 'spark-events';

/** The arguments after `submit` in the image; the executor image is added there from SPARK_IMAGE. */
export function submitArguments(submission: Submission): readonly string[] {
  const { runId, mainClass, resource } = submission;
  return [
    '--master',
    'k8s://https://kubernetes.default.svc:443',
    '--deploy-mode',
    'cluster',
    '--name',
    runId,
    ...(mainClass === undefined ? [] : ['--class', mainClass]),
    ...Object.entries(submitConf(submission)).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
    resource,
    // Spark puts them into the driver pod's arguments, where Kubernetes expands once more
    ...submission.arguments.map(escapeExpansion),
  ];
}

/** Spark properties, after https://spark.apache.org/docs/latest/running-on-kubernetes.html#spark-properties */
function submitConf(submission: Submission): Readonly<Record<string, string>> {
  const { runId } = submission;
  const label = 'app.kubernetes.io/managed-by';
  return {
    'spark.kubernetes.namespace': submission.namespace,
    'spark.kubernetes.authenticate.driver.serviceAccountName': submission.serviceAccount,
    'spark.kubernetes.driver.pod.name': `${runId}-driver`,
    'spark.kubernetes.executor.podNamePrefix': runId,
    'spark.kubernetes.driver.label.spark-dev/run': runId,
    'spark.kubernetes.executor.label.spark-dev/run': runId,
    [`spark.kubernetes.driver.label.${label}`]: 'spark-dev',
    [`spark.kubernetes.executor.label.${label}`]: 'spark-dev',
    'spark.kubernetes.driver.podTemplateFile': `${templates}/driver-template.yaml`,
    'spark.kubernetes.executor.podTemplateFile': `${templates}/executor-template.yaml`,
    'spark.kubernetes.container.image.pullPolicy': submission.pulls === true ? 'IfNotPresent' : 'Never',
    ...jobConf(submission.job),
    'spark.kubernetes.allocation.batch.delay': '200ms',
    // we watch the driver ourselves: the client may go as soon as the driver pod is there
    'spark.kubernetes.submission.waitAppCompletion': 'false',
    // else the driver wants to delete every claim of its label when it stops, which its role does not let it
    'spark.kubernetes.driver.ownPersistentVolumeClaim': 'false',
    'spark.kubernetes.driver.reusePersistentVolumeClaim': 'false',
    'spark.eventLog.enabled': 'true',
    'spark.eventLog.dir': `file://${eventsPath}`,
    'spark.eventLog.rolling.enabled': 'false',
    'spark.eventLog.compress': 'false',
    [`spark.kubernetes.driver.volumes.persistentVolumeClaim.${eventsClaim}.mount.path`]: eventsPath,
    [`spark.kubernetes.driver.volumes.persistentVolumeClaim.${eventsClaim}.options.claimName`]: eventsClaim,
  };
}
