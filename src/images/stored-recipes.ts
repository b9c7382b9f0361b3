import { basename } from 'node:path';
import type { Host } from '../ports/host.js';
import { recipeOf } from './prune-plan.js';
import { listStored } from './prune.js';

/**
 * Recipes of images that this home built or loaded: its store has a file of each. That distinguishes them from another home's
 * images in the same Docker.
 */
export async function listStoredRecipes(host: Host): Promise<ReadonlySet<string>> {
  const files = await listStored(host);
  return new Set(files.flatMap(({ path }) => recipeOf(basename(path)) ?? []));
}
