import type { Daemon } from '../daemon.js';
import { inspectImages } from '../observed-image.js';
import type { NeededImage, ObservedImages } from '../image-rows.js';
import { listOverBase } from '../custom-base.js';
import type { PlannedImage } from '../recipe.js';
import type { Host } from '../../ports/host.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import { rootImage } from '../../clusters/prepare/desired.js';
import { useDesktopDocker, readDesktopDockerEnv } from '../../clusters/docker-desktop/daemon.js';
import { findDesktopContext } from '../../clusters/docker-desktop/find-context.js';
import type { ProfileState } from '../../clusters/minikube/parse.js';
import { readDockerEnv } from '../../clusters/minikube/provider.js';
import { lookAtProfile } from '../../clusters/prepare/observe.js';
import { describeParts, type ClusterParts } from '../../clusters/prepare/parts.js';
import { describeMinikube, locatePrograms } from '../../clusters/programs.js';
import type { ProviderName } from '../../clusters/provider.js';
import { resolveProvider } from '../../clusters/resolve-provider.js';
import { resolveSource } from '../../clusters/prepare/source.js';
import { fileSize } from '../../files/paths.js';

/** The images that a cluster needs, and the daemons that may have them. */
export interface ImageSet {
  readonly parts: ClusterParts;
  readonly needed: readonly NeededImage[];
  /** Undefined if it does not answer. */
  readonly host: Daemon | undefined;
  readonly cluster: Daemon | undefined;
  readonly isOneDaemon: boolean;
  readonly profile: ProfileState;
}

export async function findImageSet(
  host: Host,
  requested: ProviderName | undefined,
  signal: AbortSignal,
): Promise<ImageSet> {
  return (await resolveProvider(host, requested, signal)) === 'docker-desktop'
    ? findDesktopSet(host, signal)
    : findMinikubeSet(host, signal);
}

/** On Docker Desktop only one image and its base are ours; the rest belongs to Docker Desktop. */
async function findDesktopSet(world: Host, signal: AbortSignal): Promise<ImageSet> {
  const host = await useDesktopDocker(world, signal);
  const [engine, parts, dockerEnv, context] = await Promise.all([
    observeEngine(host, signal),
    describeParts(host, signal, await resolveSource(host)),
    readDesktopDockerEnv(world, signal),
    findDesktopContext(host, signal),
  ]);
  const answers = engine.daemon.kind === 'answers';
  const isThere = answers && 'found' in context;
  return {
    parts,
    needed: [
      ...describeNeeded(parts).filter(({ name }) => name === parts.spark.recipe.name || name === rootImage),
      ...(await listOverBase(world)),
    ],
    host: answers ? { place: 'host', dockerEnv } : undefined,
    cluster: isThere ? { place: 'cluster', dockerEnv } : undefined,
    isOneDaemon: true,
    profile: isThere ? 'running' : 'absent',
  };
}

async function findMinikubeSet(host: Host, signal: AbortSignal): Promise<ImageSet> {
  const source = await resolveSource(host);
  const [engine, programs, parts] = await Promise.all([
    observeEngine(host, signal),
    locatePrograms(host, signal, source),
    describeParts(host, signal, source),
  ]);
  const answers = engine.daemon.kind === 'answers';
  const { state } = await lookAtProfile(host, programs, answers, signal);
  const dockerEnv =
    state === 'running' ? await readDockerEnv(host, describeMinikube(host, programs), { signal }) : undefined;
  return {
    parts,
    needed: [...describeNeeded(parts), ...(await listOverBase(host))],
    host: answers ? { place: 'host', dockerEnv: undefined } : undefined,
    cluster: dockerEnv === undefined ? undefined : { place: 'cluster', dockerEnv },
    isOneDaemon: false,
    profile: state,
  };
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
