import { ensureLoaded } from '../image-store.js';
import { missingAfterLoad } from '../load.js';
import { inspectImages, type Daemon } from '../observed-image.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { ImageSet } from './image-set.js';
import type { PreparationStep } from '../../clusters/prepare/desired.js';
import { planImages, type Preparation } from '../../clusters/prepare/plan.js';

export interface MakeRequest {
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/** By the names in `images list`; throws for an unknown one. */
export function planMaking({ observed, desired }: Preparation, names: readonly string[]): readonly PreparationStep[] {
  const known = desired.made.flatMap(({ work }) => (work.kind === 'image' ? [work.image] : []));
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined)
    return planImages(
      observed,
      desired,
      names.map((name) => `image:${name}`),
    );
  throw new SparkDevError('USAGE', `There is no image ${unknown} to build`, {
    why: `Available: ${known.join(', ')}.`,
    fix: ['spark-dev images list', `To load an image of your own: spark-dev images load ${unknown}`],
  });
}

/** Images that pods name themselves; Kubernetes' own come with the node's start. */
export function loadable(set: ImageSet, names: readonly string[]): ImageSet['needed'] {
  const sparks = [set.parts.spark, ...set.parts.otherSparks].map(({ recipe }) => recipe.name);
  return set.needed.filter(({ name }) => names.includes(name) && sparks.includes(name));
}

/** Loads the image into the cluster's daemon and checks that it arrived. */
export async function loadIntoCluster(
  host: Host,
  image: ImageSet['needed'][number],
  cluster: Daemon,
  request: MakeRequest,
): Promise<'loaded' | 'there'> {
  const hadTo = await ensureLoaded(host, image, { ...request, env: cluster.dockerEnv });
  const [found] = await inspectImages(host, cluster, [image.reference], request.signal);
  if (found?.recipe === image.recipe) return hadTo ? 'loaded' : 'there';
  const why = found === undefined ? undefined : 'Another image has that name there.';
  throw missingAfterLoad(image.reference, why, { log: request.logFile });
}
