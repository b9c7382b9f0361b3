import type { ImageSettings } from '../../config/settings.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { classifyBase, observeBase } from '../observed-base.js';
import { ensureImage } from '../build.js';
import { dockerBuildArgv, saveArgv } from '../docker-argv.js';
import { inspectImages, type Daemon } from '../observed-image.js';
import type { NeededImage } from '../image-rows.js';
import { describeOverBase, planOverBase } from '../custom-base.js';
import { planPull, pullCommands, type PullPlan } from '../plan-pull.js';
import type { PlannedImage } from '../recipe.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import type { SparkVersion } from '../../toolchain/spark/versions.js';
import { findImageSet, type ImageSet, requireClusterDaemon, requireHostDaemon } from './image-set.js';
import { loadIntoCluster } from './make-images.js';
import { pullImages } from './pull-images.js';
import { isFile } from '../../files/paths.js';
import { imagesLog } from '../image-store.js';

export interface CustomBaseRequest {
  readonly spark: SparkVersion;
  readonly base: string;
  readonly provider: string;
  /** Mirrors and fallbacks, for the base. */
  readonly images: ImageSettings | undefined;
  readonly signal: AbortSignal;
}

export interface OverBasePlan {
  readonly set: ImageSet;
  readonly image: PlannedImage;
  readonly isBuilt: boolean;
  /** Empty if the base is on this machine already, or is no longer needed. */
  readonly pulls: readonly PullPlan[];
}

/** Observes and plans; changes nothing. */
export async function planCustomBaseBuild(host: Host, request: CustomBaseRequest): Promise<OverBasePlan> {
  const { spark, base, provider, images, signal } = request;
  const [set, image] = await Promise.all([
    findImageSet(host, provider, signal),
    planOverBase(host, spark.version, base),
  ]);
  const isBuilt = await isFile(image.tar);
  const here = set.host === undefined || isBuilt ? [] : await inspectImages(host, set.host, [base], signal);
  const pulls = isBuilt || here.length > 0 ? [] : await planPull(host, [base], images, signal);
  return { set, image, isBuilt, pulls };
}

export function overBaseCommands({ image, isBuilt, pulls }: OverBasePlan): readonly Argv[] {
  if (isBuilt) return [];
  const build = dockerBuildArgv(image, `images/${image.recipe.folder}`);
  return [...pulls.flatMap(pullCommands), build, saveArgv(image.reference, image.tar)];
}

export interface BuiltOverBase {
  readonly image: NeededImage;
  readonly inCluster: 'loaded' | 'there';
  readonly cluster: Daemon;
}

/** Checks the base before minutes of training, and the image where pods will find it. */
export async function buildOverBase(
  host: Host,
  plan: OverBasePlan,
  request: CustomBaseRequest,
): Promise<BuiltOverBase> {
  const { spark, base, provider, signal } = request;
  const { set, isBuilt, pulls } = plan;
  const log = { logFile: imagesLog(host, 'build'), signal };
  const cluster = requireClusterDaemon(set);
  let image = plan.image;
  if (!isBuilt) {
    const daemon = requireHostDaemon(set);
    const [pulled] =
      pulls.length === 0 ? [] : (await pullImages(host, pulls, { provider, hostOnly: true, signal })).images;
    // a mirror's image has another name
    const reference = pulled?.reference ?? base;
    await requireSpark(host, daemon, reference, request);
    image = await planOverBase(host, spark.version, reference);
    await ensureImage(host, image, log);
  }
  const needed = describeOverBase(image);
  const inCluster = await loadIntoCluster(host, needed, cluster, log);
  await requireSpark(host, cluster, image.reference, request);
  return { image: needed, inCluster, cluster };
}

async function requireSpark(
  host: Host,
  daemon: Daemon,
  image: string,
  { spark, signal }: CustomBaseRequest,
): Promise<void> {
  const facts = await observeBase(host, daemon, image, signal);
  const reasons = classifyBase(facts, spark);
  if (reasons.length === 0) return;
  const { version, scala, java } = spark;
  throw new SparkDevError('BASE_UNFIT', `${image} cannot be used as Spark ${version}`, {
    why: reasons.join('\n'),
    fix: [
      `Use the digest of an image like apache/spark:${version}-scala${scala}-java${String(java.from)}-python3-ubuntu`,
      'Build the default image, which needs no base: spark-dev images build',
    ],
    facts: { ...facts },
  });
}
