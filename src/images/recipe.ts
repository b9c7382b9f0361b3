import { join } from 'node:path';
import { hashValue, imageTar } from './content-hash.js';
import type { DebianRoot } from './debian-root.js';

/** A file or folder from outside images/ that the Dockerfile copies. */
export interface ContextFile {
  readonly from: string;
  readonly to: string;
  /** Identifies its content before the file exists: a tool's version and the hash of its sources. */
  readonly fingerprint: string;
}

export interface PulledBase {
  /** Identifies its content: the digest. */
  readonly hash: string;
  readonly reference: string;
  readonly isPulled: true;
}

export interface ImageRecipe {
  readonly name: string;
  /** The folder below images/ with its Dockerfile. */
  readonly folder: string;
  /** The name under which Kubernetes asks for it, if that is fixed. */
  readonly officialName?: string;
  readonly version: string;
  readonly args: Readonly<Record<string, string>>;
  readonly files: readonly ContextFile[];
  /** Paths in the build context that the Dockerfile copies from, but this recipe leaves empty. */
  readonly emptyFolders?: readonly string[];
  /** Passed as the build argument BASE; absent for images with one static program. */
  readonly base?: DebianRoot | PulledBase;
}

export interface PlannedImage {
  readonly recipe: ImageRecipe;
  readonly hash: string;
  /** Our own tag, unique for its content: an old image is never mistaken for a new one. */
  readonly reference: string;
  /** A `docker save` file; it exists only when it is complete. */
  readonly tar: string;
  /** Next to the image file: a description of its contents. */
  readonly manifest: string;
}

export const recipeLabel = 'io.spark-dev.recipe';

/** `folderDigest` is the digest of the recipe's folder (see folder-digest.ts). */
export function planImage(recipe: ImageRecipe, folderDigest: string, dataDirectory: string): PlannedImage {
  const { officialName, version, args, base } = recipe;
  const files = recipe.files.map(({ to, fingerprint }) => ({ to, fingerprint }));
  const hash = hashValue({ folderDigest, officialName, version, args, files, base: base?.hash });
  return {
    recipe,
    hash,
    reference: `spark-dev/${recipe.name}:${version}-${hash}`,
    tar: imageTar(dataDirectory, recipe.name, hash),
    manifest: join(dataDirectory, 'images', `${recipe.name}-${hash}.json`),
  };
}
