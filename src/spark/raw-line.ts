import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { shapeJob } from '../job/job-shape.js';
import { clusterMaster, clusterPreferences, confWords, driverPodConf, runConf, templates } from './conf.js';
import { confOf, splitLine } from './submit-words.js';

/** Of a line that a person would type after spark-submit; throws USAGE for what cannot be followed from here. */
export function readRawLine(words: readonly string[]): readonly string[] {
  const line = /(^|\/)spark-submit$/.test(words[0] ?? '') ? words.slice(1) : words;
  const said = splitLine(line);
  const { options, resource } = said;
  const conf = confOf(said);
  if (resource === undefined) {
    throw new SparkDevError('USAGE', 'There is nothing to submit', {
      why: 'It takes the name of an application, or a spark-submit line with one after --.',
      fix: [
        'spark-dev submit exec sparkpi',
        'spark-dev submit exec -- --class org.acme.Orders local:///opt/app/orders.jar',
      ],
    });
  }
  const mode =
    options.findLast(([flag]) => flag === '--deploy-mode')?.[1] ?? conf.get('spark.submit.deployMode') ?? 'cluster';
  if (mode !== 'cluster') {
    throw new SparkDevError('USAGE', `A line with --deploy-mode ${mode} cannot be followed`, {
      why: 'submit exec starts drivers in pods of their own.',
      fix: ['spark-dev run APP --deploy-mode client', 'Leave --deploy-mode away'],
    });
  }
  if (options.some(([flag]) => flag === '--master') || conf.has('spark.master')) {
    throw new SparkDevError('USAGE', 'The master is the cluster that the service is in', {
      fix: ['Leave --master away', 'spark-dev run APP --target local'],
    });
  }
  if (conf.has('spark.kubernetes.namespace')) {
    throw new SparkDevError('USAGE', 'The namespace is the one that the service is in', {
      why: 'In another one nobody would follow the driver, and nobody remove it.',
      fix: ['spark-dev submit exec --namespace NAME -- …', 'Leave spark.kubernetes.namespace away'],
    });
  }
  return line;
}

/** Flags of ours that speak of an application are nothing to a line, which says all by itself. */
export function refuseBesideLine(flags: readonly string[]): void {
  if (flags.length === 0) return;
  throw new SparkDevError('USAGE', `${flags.join(', ')} would say nothing to a line of your own`, {
    why: 'Before -- these are for an application; the line says all by itself.',
    fix: ['Write it behind --, as spark-submit takes it', 'spark-dev submit exec sparkpi …'],
  });
}

/** What of ours goes before it, so that the line has the last word: names, labels, account, templates, small pods. */
export function wordsBefore({ namespace, serviceAccount, home }: PreparedCluster, runId: string): readonly string[] {
  const run = { runId, namespace, home, shape: shapeJob('jvm'), templates };
  return [
    ...['--master', clusterMaster, '--deploy-mode', 'cluster', '--name', runId],
    ...confWords({ ...clusterPreferences, ...runConf(run), ...driverPodConf(run, serviceAccount) }),
  ];
}
