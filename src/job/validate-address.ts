import type { JobProblem } from './conf-rules.js';
import type { SparkJob } from './job.js';

/** Hadoop's file systems that come in jars of their own: https://hadoop.apache.org/docs/stable/hadoop-project-dist/hadoop-common/filesystem/ */
const connectors: Readonly<Record<string, string>> = {
  s3a: 'hadoop-aws',
  gs: 'the GCS connector',
  abfs: 'hadoop-azure',
  abfss: 'hadoop-azure',
  wasb: 'hadoop-azure',
  wasbs: 'hadoop-azure',
};

/** Whether Spark can fetch a program from its address. An own image, jars or packages may bring a connector. */
export function validateAddress({ main, image, jars, conf }: SparkJob): readonly JobProblem[] {
  if (!('at' in main) || main.at.where !== 'remote') return [];
  const { url } = main.at;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
  const here = 'or copy it to this machine and run that file';
  const message = (text: string): readonly JobProblem[] => [{ path: ['path'], message: `${text}, ${here}` }];
  if (['http', 'https'].includes(scheme) || (scheme === 'hdfs' && /^hdfs:\/\/[^/]/.test(url))) return [];
  if (scheme === 'hdfs') return message('it names no server: write hdfs://NAMENODE:8020/…');
  if (scheme === 's3') return message(`Spark calls this scheme s3a: write s3a${url.slice(2)}`);
  const connector = connectors[scheme];
  if (connector === undefined)
    return message(`Spark cannot fetch a program from ${scheme}://: use http, https, hdfs or s3a`);
  const hasMore = image !== undefined || jars.length > 0 || conf['spark.jars.packages'] !== undefined;
  return hasMore
    ? []
    : message(
        `${scheme}:// needs ${connector}, which Spark's own jars lack: add it with --conf spark.jars.packages=… or --jars`,
      );
}
