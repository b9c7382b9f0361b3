import { ensureLoaded } from '../image-store.js';
import type { Daemon } from '../daemon.js';
import { missingAfterLoad } from '../load.js';
import { inspectImages } from '../observed-image.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { applyPreparationSteps, beginBuilds } from '../../clusters/prepare/apply.js';
import { rootImage } from '../../clusters/prepare/desired.js';
import type { ImageSet } from './image-set.js';
import { planImages, type PreparationStep } from '../../clusters/prepare/plan.js';
import type { Preparation } from '../../clusters/prepare/preparation.js';

export interface MakeRequest {
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/** By the names in `images list`; throws for an unknown one. */
export function planMaking({ seen, desired }: Preparation, names: readonly string[]): readonly PreparationStep[] {
  const known = desired.images.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return planImages(seen.observed, desired, names);
  throw new SparkDevError('USAGE', `There is no image ${unknown} to build`, {
    why: `Available: ${known.join(', ')}.`,
    fix: ['spark-dev images list', `To load an image of your own: spark-dev images load ${unknown}`],
  });
}

/** Makes the image files; compiles what goes into them first. */
export async function makeImages(
  host: Host,
  preparation: Preparation,
  steps: readonly PreparationStep[],
  { logFile, signal }: MakeRequest,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const builds = beginBuilds(host, steps, both);
  try {
    await applyPreparationSteps(host, steps, { context: { ...preparation, builds, logFile }, signal: both });
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(builds.values());
    throw error;
  }
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

/** All images except the root, which comes with the images built on it, and those built only on request. */
export function listWhole({ desired }: Preparation): readonly string[] {
  const whole = desired.images.filter(({ name, isOptional }) => name !== rootImage && isOptional !== true);
  return whole.map(({ name }) => name);
}
