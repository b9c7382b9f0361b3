import type { PreparedCluster } from '../../../clusters/prepared.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { SparkJob } from '../../../job/job.js';
import type { Host } from '../../../ports/host.js';

/** The driver is a process in a pod that is there already: what a job wants of its own driver pod or image it cannot get. */
export function acceptInClientMode(
  _host: Host,
  job: SparkJob,
  { provider }: Pick<PreparedCluster, 'provider'>,
): SparkJob {
  if (provider.isShared)
    throw new SparkDevError('USAGE', 'On a shared cluster jobs run in cluster mode', {
      why: 'Client mode needs the submit service, which only a cluster of our own has.',
      fix: ['--deploy-mode cluster'],
    });
  const { driver, secrets, volumes } = job;
  const wanted = Object.entries({
    'driver.podTemplate': driver.podTemplate,
    'driver.nodeSelector': Object.keys(driver.nodeSelector)[0],
    files: job.files[0],
    jars: job.jars[0],
    pyFiles: job.pyFiles[0],
    archives: job.archives[0],
    secrets: secrets.find(({ on }) => on.includes('driver')),
    volumes: volumes.find(({ on }) => on.includes('driver')),
    serviceAccount: job.serviceAccount,
    image: job.image,
    // its entry point takes nothing in front of Spark's own jars
    'spark.driver.extraClassPath': job.conf['spark.driver.extraClassPath'],
  }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (wanted.length === 0) return job;
  throw new SparkDevError('USAGE', `${job.name.written} cannot run in client mode`, {
    why: `Its driver is a process in the submit service's pod, which these would change: ${wanted.join(', ')}.`,
    fix: ['--deploy-mode cluster', `Leave out ${wanted.join(', ')}`],
  });
}
