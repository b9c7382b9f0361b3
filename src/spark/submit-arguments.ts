import type { JobShape } from '../fit/spark-pods.js';
import { ownLabels } from '../kube/names.js';
import { escapeExpansion, propertiesFolder, propertiesKey } from '../overlay/run-overlay.js';
import type { BuiltMain, SparkJob } from '../job/job.js';
import { labelConf } from './client-conf.js';
import { keepBlanks } from './java-options.js';
import { jobConf } from './job-conf.js';
import { sparkPreferences } from './spark-preferences.js';
import { appFolder, jobProperties, nameInImage } from '../job/job-properties.js';

/** One job on Kubernetes, all that spark-submit must be told. */
export interface Submission {
  readonly runId: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The id of the home whose run it is. */
  readonly home?: string | undefined;
  readonly job: SparkJob;
  readonly main: BuiltMain;
  /** With every request decided. */
  readonly shape: JobShape;
  /** Nodes get the image from a registry, not from the daemon that built it. */
  readonly pulls?: boolean;
  /** The image may have a spark-defaults.conf, and a Spark that reads it beside a properties file: 4.0 and later do. */
  readonly loadsDefaults?: boolean;
}

/** Where the submit pod mounts the pod templates and the properties, and the driver its events. */
export const templates = '/opt/spark/templates';
export const propertiesFile = `${propertiesFolder}/${propertiesKey}`;
const eventsPath = '/var/log/spark-events';
const eventsClaim = 'spark-events';

/** The arguments after `submit` in the image, before its properties go into a file; the executor image is added there from SPARK_IMAGE. */
export function submitArguments(submission: Submission): readonly string[] {
  const { runId, main, job } = submission;
  const mainClass = 'mainClass' in main ? main.mainClass : undefined;
  return [
    '--master',
    'k8s://https://kubernetes.default.svc:443',
    '--deploy-mode',
    'cluster',
    '--name',
    runId,
    ...(mainClass === undefined ? [] : ['--class', mainClass]),
    ...(submission.loadsDefaults === true ? ['--load-spark-defaults'] : []),
    ...Object.entries(keepBlanks(submitConf(submission))).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
    resourceOf(main),
    // Spark puts them into the driver pod's arguments, where Kubernetes expands once more
    ...job.arguments.map(escapeExpansion),
  ];
}

/** SPARK-48392, in 4.0: before, a properties file stands in place of the spark-defaults.conf that an image may have. */
export function readsDefaultsToo(version: string | undefined): boolean {
  return Number.parseInt(version ?? '', 10) >= 4;
}

/** What spark-submit calls the application: in the image, at its URL, or already on the class path. */
export function resourceOf(main: BuiltMain): string {
  if (main.kind === 'class') return 'spark-internal';
  if (main.at.where === 'remote') return main.at.url;
  return `local://${main.at.where === 'image' ? main.at.path : `${appFolder}/${nameInImage(main.at.path)}`}`;
}

/** Ours, which a job may not set (conf-laws.ts), over the job's own, over our preferences. */
function submitConf(submission: Submission): Readonly<Record<string, string>> {
  const { runId, job, shape } = submission;
  const sizes = { ...jobConf(shape) };
  if (job.dynamicAllocation !== undefined) Reflect.deleteProperty(sizes, 'spark.executor.instances');
  return {
    ...preferences,
    ...jobProperties(job),
    ...job.conf,
    ...sizes,
    'spark.kubernetes.namespace': submission.namespace,
    'spark.kubernetes.authenticate.driver.serviceAccountName': submission.serviceAccount,
    'spark.kubernetes.driver.pod.name': `${runId}-driver`,
    'spark.kubernetes.executor.podNamePrefix': runId,
    ...labelConf('driver', { ...ownLabels(submission.home), 'spark-dev/run': runId }),
    ...labelConf('executor', { ...ownLabels(submission.home), 'spark-dev/run': runId }),
    'spark.kubernetes.driver.podTemplateFile': `${templates}/driver-template.yaml`,
    'spark.kubernetes.executor.podTemplateFile': `${templates}/executor-template.yaml`,
    'spark.kubernetes.container.image.pullPolicy': submission.pulls === true ? 'IfNotPresent' : 'Never',
    // we watch the driver ourselves: the client may go as soon as the driver pod is there
    'spark.kubernetes.submission.waitAppCompletion': 'false',
    // else the driver wants to delete every claim of its label when it stops, which its role does not let it
    'spark.kubernetes.driver.ownPersistentVolumeClaim': 'false',
    'spark.kubernetes.driver.reusePersistentVolumeClaim': 'false',
    [`spark.kubernetes.driver.volumes.persistentVolumeClaim.${eventsClaim}.mount.path`]: eventsPath,
    [`spark.kubernetes.driver.volumes.persistentVolumeClaim.${eventsClaim}.options.claimName`]: eventsClaim,
  };
}

const preferences = {
  ...sparkPreferences,
  'spark.kubernetes.allocation.batch.delay': '200ms',
  'spark.eventLog.enabled': 'true',
  'spark.eventLog.dir': `file://${eventsPath}`,
  'spark.eventLog.rolling.enabled': 'false',
  'spark.eventLog.compress': 'false',
};
