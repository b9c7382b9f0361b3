import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { shapeJob } from '../job/job-shape.js';
import { clusterMaster, clusterPreferences, confWords, driverPodConf, runConf, templates } from './conf.js';
import { confOf, splitLine } from './submit-words.js';

/** Parses a line as typed after spark-submit; throws USAGE for a line that spark-dev cannot follow. */
export function readRawLine(words: readonly string[]): readonly string[] {
  const line = /(^|\/)spark-submit$/.test(words[0] ?? '') ? words.slice(1) : words;
  const said = splitLine(line);
  const { options, resource } = said;
  const conf = confOf(said);
  if (resource === undefined) {
    throw new SparkDevError('USAGE', 'There is nothing to submit', {
      why: 'Give the name of an application, or a spark-submit line after --.',
      fix: [
        'spark-dev submit exec sparkpi',
        'spark-dev submit exec -- --class org.acme.Orders local:///opt/app/orders.jar',
      ],
    });
  }
  const typed = options.findLast(([flag]) => flag === '--deploy-mode')?.[1];
  const mode = typed ?? conf.get('spark.submit.deployMode') ?? 'cluster';
  if (mode !== 'cluster') {
    throw new SparkDevError('USAGE', `spark-dev cannot follow a line with --deploy-mode ${mode}`, {
      why: 'submit exec starts drivers in their own pods.',
      fix: ['spark-dev run APP --deploy-mode client', 'Leave out --deploy-mode'],
    });
  }
  if (options.some(([flag]) => flag === '--master') || conf.has('spark.master')) {
    throw new SparkDevError('USAGE', "The master is always the submit service's cluster", {
      fix: ['Leave out --master', 'spark-dev run APP --target local'],
    });
  }
  if (conf.has('spark.kubernetes.namespace')) {
    throw new SparkDevError('USAGE', "The namespace is always the submit service's namespace", {
      why: 'In another namespace, spark-dev could neither follow nor remove the driver.',
      fix: ['spark-dev submit exec --namespace NAME -- …', 'Leave out spark.kubernetes.namespace'],
    });
  }
  return line;
}

/** Throws USAGE for application flags next to a spark-submit line. */
export function refuseBesideLine(flags: readonly string[]): void {
  if (flags.length === 0) return;
  throw new SparkDevError('USAGE', `${flags.join(', ')} cannot be combined with a spark-submit line`, {
    why: 'Before --, these flags are for an application; the line has its own.',
    fix: ['Move it after --, in the form of spark-submit', 'spark-dev submit exec sparkpi …'],
  });
}

/** Our arguments before the line, so that the line can override them: names, labels, account, templates, small pods. */
export function wordsBefore({ namespace, serviceAccount, home }: PreparedCluster, runId: string): readonly string[] {
  const run = { runId, namespace, home, shape: shapeJob('jvm'), templates };
  return [
    ...['--master', clusterMaster, '--deploy-mode', 'cluster', '--name', runId],
    ...confWords({ ...clusterPreferences, ...runConf(run), ...driverPodConf(run, serviceAccount) }),
  ];
}
