import { z } from 'zod';
import { recipeLabel } from '../../images/recipe.js';

const imageSchema = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullable(),
  RepoDigests: z.array(z.string()).nullable(),
  Size: z.number(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
});

/** An image in the cluster's daemon, from `docker image inspect`. */
export interface ClusterImage {
  readonly id: string;
  readonly references: readonly string[];
  readonly bytes: number;
  readonly layers: readonly string[];
  /** Built or loaded: no registry has this digest, so it cannot be pulled again. */
  readonly isHomemade: boolean;
}

export function parseImages(stdout: string): readonly ClusterImage[] {
  return z
    .array(imageSchema)
    .parse(JSON.parse(stdout === '' ? '[]' : stdout))
    .map(({ Id, RepoTags, RepoDigests, Size, Config, RootFS }) => ({
      id: Id,
      references: (RepoTags ?? []).filter((tag) => !tag.startsWith('<none>')),
      bytes: Size,
      layers: RootFS.Layers ?? [],
      isHomemade: (RepoDigests ?? []).length === 0 || Config?.Labels?.[recipeLabel] !== undefined,
    }));
}

export interface SortedImages {
  readonly saved: readonly ClusterImage[];
  /** By name; Kubernetes pulls them again when a pod needs them. */
  readonly unsaved: readonly string[];
}

/** `brought`: images that a cluster start or init loads anyway. */
export function sortImages(images: readonly ClusterImage[], brought: ReadonlySet<string>): SortedImages {
  const foreign = images
    .map((image) => ({ ...image, references: image.references.filter((reference) => !isBrought(reference, brought)) }))
    .filter(({ references }) => references.length > 0);
  return {
    saved: foreign.filter(({ isHomemade }) => isHomemade),
    unsaved: foreign.filter(({ isHomemade }) => !isHomemade).flatMap(({ references }) => references),
  };
}

function isBrought(reference: string, brought: ReadonlySet<string>): boolean {
  return brought.has(reference) || /^(registry\.k8s\.io|gcr\.io\/k8s-minikube)\//.test(reference);
}

/** A `docker save` file holds each layer once, so a shared layer counts once. */
export function countBytes(saved: readonly ClusterImage[], all: readonly ClusterImage[]): number {
  const bases = new Map<string, number>();
  const own = saved.map((image) => {
    const base = all
      .filter((other) => other.layers.length < image.layers.length && startsWith(image.layers, other.layers))
      .sort((left, right) => right.layers.length - left.layers.length)[0];
    if (base === undefined) return image.bytes;
    if (!saved.some(({ id }) => id === base.id)) bases.set(base.id, base.bytes);
    return Math.max(0, image.bytes - base.bytes);
  });
  return [...own, ...bases.values()].reduce((total, bytes) => total + bytes, 0);
}

function startsWith(layers: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length > 0 && prefix.every((layer, index) => layers[index] === layer);
}
