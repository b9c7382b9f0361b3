import { constants } from 'node:fs';
import { copyFile, cp, link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageRecipe } from './recipe.js';
import { codeOf } from '../errors/error-code.js';

/** Puts the recipe's folder and the files from elsewhere next to each other, so that the daemon sees nothing else. */
export async function assembleContext(recipe: ImageRecipe, packageDirectory: string, context: string): Promise<void> {
  await rm(context, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  await cp(join(packageDirectory, 'images', recipe.folder), context, { recursive: true });
  for (const folder of recipe.emptyFolders ?? []) await mkdir(join(context, folder), { recursive: true });
  for (const file of recipe.files) await linkTree(file.from, join(context, file.to));
}

/** Hard links cost nothing when both sides are on one file system. */
export async function linkTree(from: string, to: string): Promise<void> {
  if (!(await stat(from)).isDirectory()) {
    await mkdir(dirname(to), { recursive: true });
    await linkOrCopy(from, to);
    return;
  }
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) await linkTree(join(from, name), join(to, name));
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    // Another file system, or one without hard links.
    if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(codeOf(error))) throw error;
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}
