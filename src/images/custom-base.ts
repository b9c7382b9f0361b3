import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { NeededImage } from './image-rows.js';
import { planImage, type ImageRecipe, type PlannedImage, digestFolder } from './recipe.js';
import { parseReference, pullName } from './reference.js';
import { readJson } from '../files/paths.js';

/** Our Spark layer on top of a user's image that already has Spark. There may be several, one per base. */
export const overBaseName = 'spark-over-base';

/** The Dockerfile copies Spark from here; the base must have it. */
const emptyFolders = ['deps/jars', 'lib', 'pyspark'].map((folder) => `spark-distribution/${folder}`);

/** The reference by digest; throws USAGE if the content behind the name may change. */
export function readBase(text: string): string {
  const wanted = parseReference(text);
  // Drops the tag: it is the user's and is left alone.
  if (wanted.digest !== undefined) return pullName({ ...wanted, tag: undefined });
  throw new SparkDevError('USAGE', `The base ${text} has no digest`, {
    why: "A tag can move to another image; the build is identified by its base's content.",
    fix: [
      `docker buildx imagetools inspect ${text}   # the line Digest: sha256:…`,
      `docker pull ${text}   # prints it too`,
      `--base ${text.replace(/:[^:/]*$/, '')}@sha256:…`,
    ],
  });
}

export function overBaseRecipe(version: string, base: string): ImageRecipe {
  const { digest = '' } = parseReference(base);
  return {
    name: overBaseName,
    folder: 'spark',
    version,
    args: {},
    files: [],
    emptyFolders,
    base: { hash: digest, reference: base, isPulled: true },
  };
}

type World = Pick<Host, 'directories'>;

export async function planOverBase({ directories }: World, version: string, base: string): Promise<PlannedImage> {
  const recipe = overBaseRecipe(version, base);
  return planImage(recipe, await digestFolder(join(directories.package, 'images', recipe.folder)), directories.data);
}

export function describeOverBase({ recipe, reference, hash, tar }: PlannedImage): NeededImage {
  const why = `built on ${recipe.base?.reference ?? ''}`;
  return { name: recipe.name, reference, recipe: hash, tar, why, isOptional: true };
}

const manifestSchema = z.object({ version: z.string(), base: z.string() });

/** The recipes in the store that would build the same image today. */
export async function listOverBase(host: World): Promise<readonly NeededImage[]> {
  const folder = join(host.directories.data, 'images');
  const names = await readdir(folder).catch(() => []);
  const manifests = names.filter((name) => name.startsWith(`${overBaseName}-`) && name.endsWith('.json'));
  const found = await Promise.all(
    manifests.map(async (name) => {
      const made = manifestSchema.safeParse(await readJson(join(folder, name))).data;
      const image = made === undefined ? undefined : await planOverBase(host, made.version, made.base);
      return image !== undefined && basename(image.manifest) === name ? [describeOverBase(image)] : [];
    }),
  );
  return found.flat();
}
