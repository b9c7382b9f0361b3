import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Application } from './application.js';
import type { SparkJob } from './job.js';

/** What no embedded run can do, whether it is only planned or made. */
export function refuseEmbedded({ app, job }: { readonly app: Application; readonly job: SparkJob }): void {
  refuseImagePlaces(job);
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

function refuseR({ name, kind }: Application): void {
  if (kind !== 'r') return;
  throw new SparkDevError('USAGE', `${name} is written in R, and embedded there is no SparkR`, {
    why: "PyPI's Spark comes without it.",
    fix: ['spark-dev run … --target cluster, with an image that has R and SparkR (image: in spark-dev.yaml)'],
  });
}
