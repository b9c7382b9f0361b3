import { readJobSize } from '../../../config/job-size.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { Application } from '../../../job/application.js';
import { findUnlistable } from '../../../job/file-uri.js';
import type { SparkJob } from '../../../job/job.js';
import type { Host } from '../../../ports/host.js';
import { isForCluster } from '../../../spark/conf.js';
import type { RunInput } from '../../run-options.js';

/** What a job or a flag says that means nothing without a cluster is told, and left out. */
export function acceptEmbedded(host: Host, job: SparkJob, options: RunInput['options']): SparkJob {
  const { secrets, volumes, tolerations, driver, executor, serviceAccount, image, dynamicAllocation } = job;
  const ofRoles = (['nodeSelector', 'labels', 'annotations', 'podTemplate'] as const).map(
    (name) => [name, { ...driver[name], ...executor[name] }] as const,
  );
  const said = { secrets, volumes, tolerations, ...Object.fromEntries(ofRoles) };
  const single = { serviceAccount, image, dynamicAllocation };
  const unused = [
    ...(Object.keys(readJobSize(options)).length > 0 ? ['the sizes of driver and executors'] : []),
    ...Object.entries(said).flatMap(([name, all]) => (Object.keys(all).length > 0 ? [name] : [])),
    ...Object.entries(single).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    ...Object.keys(job.conf).filter(isForCluster),
  ];
  if (unused.length > 0) host.ui.warn(`Embedded, it is one JVM: these are left out: ${unused.join(', ')}`);
  return job;
}

/** What no embedded run can do, whether it is only planned or made. */
export function refuseEmbedded({ app, job }: { readonly app: Application; readonly job: SparkJob }): void {
  refuseImagePlaces(job);
  refuseUnlistable(job);
  refuseR(app);
}

/** Embedded there is no image that a file could lie in. */
function refuseImagePlaces(job: SparkJob): void {
  const places = [...job.files, ...job.jars, ...job.pyFiles, ...job.archives].map(({ at }) => at);
  const inImage = [...places, ...('at' in job.main ? [job.main.at] : [])].find(({ where }) => where === 'image');
  if (inImage?.where !== 'image') return;
  throw new SparkDevError('USAGE', `local://${inImage.path} lies in the image, and embedded there is none`, {
    why: 'local:// is a path in the image that driver and executors run from.',
    fix: ['spark-dev run … --target cluster', 'Name a file of this machine'],
  });
}

function refuseUnlistable(job: SparkJob): void {
  for (const { at } of [...job.files, ...job.jars, ...job.pyFiles, ...job.archives]) {
    const character = at.where === 'here' ? findUnlistable(at.path) : undefined;
    if (at.where !== 'here' || character === undefined) continue;
    throw new SparkDevError('USAGE', `Spark cannot read ${JSON.stringify(at.path)} in a list of files`, {
      why: `Spark reads no ${JSON.stringify(character)} there, in whatever form.`,
      fix: ['Rename the folder or the file, or use a copy elsewhere', 'spark-dev run … --target cluster'],
    });
  }
}

function refuseR({ name, kind }: Application): void {
  if (kind !== 'r') return;
  throw new SparkDevError('USAGE', `${name} is written in R, and embedded there is no SparkR`, {
    why: "PyPI's Spark comes without it.",
    fix: ['spark-dev run … --target cluster, with an image that has R and SparkR (image: in spark-dev.yaml)'],
  });
}
