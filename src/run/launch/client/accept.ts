import type { PreparedCluster } from '../../../clusters/prepared.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { SparkJob } from '../../../job/job.js';
import { noRequirements } from '../../../job/packages/find-requirements.js';
import type { Host } from '../../../ports/host.js';

/** The driver is a process in an existing pod, so a job cannot have its own driver pod settings or image. */
export function acceptInClientMode(
  host: Host,
  job: SparkJob,
  { provider }: Pick<PreparedCluster, 'provider'>,
): SparkJob {
  if (provider.isShared)
    throw new SparkDevError('USAGE', 'On a shared cluster jobs run in cluster mode', {
      why: "Client mode needs the submit service, which only spark-dev's own cluster has.",
      fix: ['--deploy-mode cluster'],
    });
  const wanted = listNeedsOfPod(job);
  const files = [...job.requirements.files, ...job.requirements.projects];
  if (wanted.length === 0 && files.length > 0) host.ui.warn(`Not used in client mode: ${files.join(', ')}`);
  if (wanted.length === 0) return { ...job, requirements: noRequirements };
  throw new SparkDevError('USAGE', `${job.name.written} cannot run in client mode`, {
    why: `Its driver runs in the submit service's pod, so these cannot apply: ${wanted.join(', ')}.`,
    fix: ['--deploy-mode cluster', `Leave out ${wanted.join(', ')}`],
  });
}

/** What the image of a driver's pod may bring; that of the submit pod brings nothing of a job. */
const inImage = ['files', 'data', 'jars', 'pyFiles', 'archives', 'with', 'spark.jars.packages'];

/** What only a driver with a pod of its own can have; empty if the job can run in the submit pod, or in one with its own image. */
export function listNeedsOfPod(job: SparkJob, hasImage = false): readonly string[] {
  const { driver, secrets, volumes } = job;
  return Object.entries({
    'driver.podTemplate': driver.podTemplate,
    'driver.nodeSelector': Object.keys(driver.nodeSelector)[0],
    files: job.files[0],
    data: job.data[0],
    jars: job.jars[0],
    pyFiles: job.pyFiles.find(({ at }) => at.where !== 'here'),
    archives: job.archives[0],
    secrets: secrets.find(({ on }) => on.includes('driver')),
    volumes: volumes.find(({ on }) => on.includes('driver')),
    with: job.requirements.named[0],
    'spark.jars.packages': job.conf['spark.jars.packages'],
    serviceAccount: job.serviceAccount,
    image: job.image,
    // its entry point cannot put anything before Spark's own jars
    'spark.driver.extraClassPath': job.conf['spark.driver.extraClassPath'],
  }).flatMap(([name, value]) => (value === undefined || (hasImage && inImage.includes(name)) ? [] : [name]));
}
