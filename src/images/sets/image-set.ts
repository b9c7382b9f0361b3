import { inspectImages, type Daemon } from '../observed-image.js';
import type { NeededImage, ObservedImages } from '../image-rows.js';
import { listOverBase } from '../custom-base.js';
import type { PlannedImage } from '../recipe.js';
import type { Host } from '../../ports/host.js';
import { rootImage } from '../../clusters/prepare/desired.js';
import { describeParts, type ClusterParts } from '../../clusters/prepare/parts.js';
import type { ObservedDaemons, Provider } from '../../clusters/provider.js';
import { resolveSource } from '../../clusters/prepare/source.js';
import { fileSize } from '../../files/paths.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { resolveProvider } from '../../clusters/providers.js';

/** The images that a cluster needs, and the daemons that may have them. */
export interface ImageSet extends ObservedDaemons {
  readonly parts: ClusterParts;
  readonly needed: readonly NeededImage[];
}

export async function findImageSet(world: Host, requested: string | undefined, signal: AbortSignal): Promise<ImageSet> {
  const { provider, host } = await useClusterDocker(world, requested, signal);
  const [daemons, parts] = await Promise.all([
    provider.observeDaemons(world, signal),
    resolveSource(host).then((source) => describeParts(host, signal, source)),
  ]);
  // of a cluster that is the user's one image is ours, and what it is built on; the rest is its own
  const isOurs = ({ name }: NeededImage): boolean =>
    provider.isMadeByUs || name === parts.spark.recipe.name || name === rootImage;
  return { ...daemons, parts, needed: [...describeNeeded(parts).filter(isOurs), ...(await listOverBase(world))] };
}

export function describeNeeded({ root, node, controlPlane, spark, otherSparks }: ClusterParts): readonly NeededImage[] {
  return [
    describe(spark, 'drivers, executors and spark-submit run in it'),
    describe(node, "it is the cluster's node, in this machine's Docker"),
    ...controlPlane.map((image) => describe(image, 'Kubernetes in the node asks for it by this name')),
    {
      name: rootImage,
      reference: root.reference,
      recipe: root.hash,
      tar: root.tar,
      why: 'node, kube-proxy and spark are built on it',
    },
    ...otherSparks.map((image) => ({
      ...describe(image, `used by runs with --spark-version ${image.recipe.version}`),
      isOptional: true as const,
    })),
  ];
}

function describe({ recipe, reference, hash, tar }: PlannedImage, why: string): NeededImage {
  return { name: recipe.name, reference: recipe.officialName ?? reference, recipe: hash, tar, why };
}

export async function observeImages(host: Host, set: ImageSet, signal: AbortSignal): Promise<ObservedImages> {
  const references = set.needed.map(({ reference }) => reference);
  const look = (daemon: Daemon | undefined): Promise<ObservedImages['host']> =>
    daemon === undefined ? Promise.resolve(undefined) : inspectImages(host, daemon, references, signal);
  const [onHost, inCluster, stored] = await Promise.all([
    look(set.host),
    look(set.cluster),
    Promise.all(set.needed.map(async ({ tar }) => [tar, await fileSize(tar)] as const)),
  ]);
  const sizes = stored.flatMap(([tar, size]) => (size === undefined ? [] : [[tar, size] as const]));
  return { host: onHost, cluster: inCluster, stored: new Map(sizes) };
}

/** Never falls back to the machine's daemon: pods would not find the image there. */
export function requireClusterDaemon({ cluster, profile }: ImageSet): Daemon {
  if (cluster !== undefined) return cluster;
  throw new SparkDevError('CLUSTER_UNREACHABLE', `The cluster is ${profile}; nothing can be loaded into it`, {
    fix: ['spark-dev init --yes', 'spark-dev status'],
  });
}

export function requireHostDaemon({ host }: ImageSet): Daemon {
  if (host !== undefined) return host;
  throw new SparkDevError('ENGINE_SILENT', 'Docker does not answer', { fix: ['spark-dev doctor', 'docker info'] });
}

interface FacedCluster {
  readonly provider: Provider;
  /** An environment in which `docker` is the daemon that builds images for the cluster. */
  readonly host: Host;
}

export async function useClusterDocker(
  world: Host,
  requested: string | undefined,
  signal: AbortSignal,
): Promise<FacedCluster> {
  const provider = await resolveProvider(world, requested, signal);
  return { provider, host: (await provider.useDocker?.(world, signal)) ?? world };
}
