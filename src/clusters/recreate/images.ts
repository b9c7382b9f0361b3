import { basename } from 'node:path';
import { z } from 'zod';
import { loadArgv } from '../../images/docker-argv.js';
import { findImageId } from '../../images/observed-image.js';
import { recipeLabel } from '../../images/recipe.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { listLines } from '../../text/words.js';
import type { MinikubeCluster } from '../minikube/argv.js';
import { readDockerEnv } from '../minikube/profile.js';
import { readLong } from './objects.js';
import { digestFile, requireIntact, type RecreationContext, type RecreationTools } from './record.js';

const imagesSchema = z.array(
  z
    .object({
      Id: z.string(),
      RepoTags: z.array(z.string()).nullable(),
      RepoDigests: z.array(z.string()).nullable(),
      Size: z.number(),
      Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
      RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
    })
    .transform(({ Id, RepoTags, RepoDigests, Size, Config, RootFS }) => ({
      id: Id,
      references: (RepoTags ?? []).filter((tag) => !tag.startsWith('<none>')),
      bytes: Size,
      layers: RootFS.Layers ?? [],
      /** Built or loaded: no registry has this digest, so it cannot be pulled again. */
      isHomemade: (RepoDigests ?? []).length === 0 || Config?.Labels?.[recipeLabel] !== undefined,
    })),
);

/** An image in the cluster's daemon, from `docker image inspect`. */
export type ClusterImage = z.output<typeof imagesSchema>[number];

export function parseImages(stdout: string): readonly ClusterImage[] {
  return imagesSchema.parse(JSON.parse(stdout));
}

export interface SortedImages {
  readonly saved: readonly ClusterImage[];
  /** By name; Kubernetes pulls them again when a pod needs them. */
  readonly unsaved: readonly string[];
}

/** `brought`: images that a cluster start or init loads anyway. */
export function sortImages(images: readonly ClusterImage[], brought: ReadonlySet<string>): SortedImages {
  const isForeign = (reference: string): boolean =>
    !brought.has(reference) && !/^(registry\.k8s\.io|gcr\.io\/k8s-minikube)\//.test(reference);
  const foreign = images
    .map((image) => ({ ...image, references: image.references.filter(isForeign) }))
    .filter(({ references }) => references.length > 0);
  return {
    saved: foreign.filter(({ isHomemade }) => isHomemade),
    unsaved: foreign.filter(({ isHomemade }) => !isHomemade).flatMap(({ references }) => references),
  };
}

/** A `docker save` file holds each layer once, so the largest image that another one is built on counts once. */
export function countBytes(saved: readonly ClusterImage[], all: readonly ClusterImage[]): number {
  const bytesById = new Map<string, number>();
  for (const { id, layers, bytes } of saved) {
    const [base] = all
      .filter((other) => other.layers.length < layers.length && startsWith(layers, other.layers))
      .sort((left, right) => right.layers.length - left.layers.length);
    bytesById.set(id, Math.max(0, bytes - (base?.bytes ?? 0)));
    if (base !== undefined && !saved.some((one) => one.id === base.id)) bytesById.set(base.id, base.bytes);
  }
  return [...bytesById.values()].reduce((total, bytes) => total + bytes, 0);
}

function startsWith(layers: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length > 0 && prefix.every((layer, index) => layers[index] === layer);
}

export async function inspectClusterImages(
  host: Host,
  cluster: MinikubeCluster,
  signal: AbortSignal,
): Promise<readonly ClusterImage[]> {
  const options = { env: await readDockerEnv(host, cluster, { signal }), signal };
  const listed = await host.runner.run(['docker', 'image', 'ls', '--quiet', '--no-trunc'], options);
  const ids = [...new Set(listLines(listed.stdout))];
  return ids.length === 0 ? [] : parseImages(await readLong(host, ['docker', 'image', 'inspect', ...ids], options));
}

export function saveImagesArgv({ plan, folder }: Pick<RecreationTools, 'plan' | 'folder'>): Argv {
  return ['docker', 'save', '--output', folder.images, ...plan.images];
}

export async function saveImages(context: RecreationContext): Promise<void> {
  const { host, folder, archives, cluster, options, run } = context;
  await run(saveImagesArgv(context), { env: await readDockerEnv(host, cluster, options) });
  archives[basename(folder.images)] = await digestFile(folder.images);
}

export async function restoreImages(context: RecreationContext): Promise<void> {
  const { host, plan, folder, cluster, options, run } = context;
  if (plan.images.length === 0) return;
  await requireIntact(context, folder.images);
  await run(loadArgv(folder.images), { env: await readDockerEnv(host, cluster, options) });
}

export async function compareImages({ host, plan, cluster, options }: RecreationContext): Promise<readonly string[]> {
  if (plan.images.length === 0) return [];
  const env = await readDockerEnv(host, cluster, options);
  const missing: string[] = [];
  for (const image of plan.images) {
    if ((await findImageId(host, image, { ...options, env })) === undefined) missing.push(`missing: image ${image}`);
  }
  return missing;
}
