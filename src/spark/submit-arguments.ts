import { escapeExpansion, propertiesFolder, propertiesKey } from '../overlay/run-overlay.js';
import type { BuiltMain, SparkJob } from '../job/job.js';
import { appFolder, appInImage, jobProperties, sharedFolderProperties } from '../job/job-properties.js';
import {
  clusterMaster,
  clusterPreferences,
  confWords,
  driverPodConf,
  runConf,
  templates,
  type ConfRequest,
} from './conf.js';
import { keepBlanks } from './java-options.js';

/** Everything about one job that spark-submit needs. */
export interface Submission extends Omit<ConfRequest, 'templates'> {
  readonly serviceAccount: string;
  readonly job: SparkJob;
  readonly main: BuiltMain;
  /** The image may have a spark-defaults.conf, and a Spark that reads it next to a properties file: 4.0 and later do. */
  readonly loadsDefaults?: boolean;
}

/** The mount path of the properties in the submit pod. */
export const propertiesFile = `${propertiesFolder}/${propertiesKey}`;

/** The arguments after `submit` in the image, before properties go into a file; the image adds its name from SPARK_IMAGE. */
export function submitArguments(submission: Submission): readonly string[] {
  const { runId, main, job } = submission;
  const mainClass = 'mainClass' in main ? main.mainClass : undefined;
  return [
    '--master',
    clusterMaster,
    '--deploy-mode',
    'cluster',
    '--name',
    runId,
    ...(mainClass === undefined ? [] : ['--class', mainClass]),
    ...(submission.loadsDefaults === true ? ['--load-spark-defaults'] : []),
    ...confWords(keepBlanks(submitConf(submission))),
    resourceOf(job, main),
    // Spark puts them into the driver pod's arguments, which Kubernetes expands again
    ...job.arguments.map(escapeExpansion),
  ];
}

/** SPARK-48392, in 4.0: before that, a properties file replaces the image's spark-defaults.conf. */
export function readsDefaultsToo(version: string | undefined): boolean {
  return Number.parseInt(version ?? '', 10) >= 4;
}

/** The application for spark-submit: a path in the image, a URL, or already on the class path. */
export function resourceOf(job: SparkJob, main: BuiltMain): string {
  if (main.kind === 'class') return 'spark-internal';
  if (main.at.where === 'remote') return main.at.url;
  return `local://${main.at.where === 'image' ? main.at.path : `${appFolder}/${appInImage(job, main.at.path)}`}`;
}

/** Precedence: ours, which a job may not set (conf-rules.ts), then the job's, then our defaults. */
function submitConf(submission: Submission): Readonly<Record<string, string>> {
  const { job, serviceAccount } = submission;
  const run = { ...submission, templates };
  const shared = job.sharesFolder ? sharedFolderProperties(submission.runId) : {};
  const ours = { ...runConf(run), ...driverPodConf(run, serviceAccount), ...shared };
  if (job.dynamicAllocation !== undefined) Reflect.deleteProperty(ours, 'spark.executor.instances');
  return { ...clusterPreferences, ...jobProperties(job), ...job.conf, ...ours };
}
