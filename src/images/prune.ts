import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isOwnFolder } from '../config/own-folders.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { daemonTitles, type Daemon } from './daemon.js';
import { removeArgv } from './docker-argv.js';
import { inspectImages, listLabelled, listUsedIds } from './observed-image.js';
import { recipesOf, type ImageRemoval, type LabelledImages, type PrunePlan, type StoredFile } from './prune-plan.js';
import { showBytes } from '../text/sizes.js';

export async function observeLabelled(host: Host, daemon: Daemon, signal: AbortSignal): Promise<LabelledImages> {
  const [images, usedIds] = await Promise.all([listLabelled(host, daemon, signal), listUsedIds(host, daemon, signal)]);
  return { place: daemon.place, images, usedIds };
}

export async function listStored({ directories }: Host): Promise<readonly StoredFile[]> {
  if (!(await isOwnFolder(directories, 'data'))) return [];
  const folder = join(directories.data, 'images');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  return Promise.all(files.map(async (path) => ({ path, bytes: (await stat(path)).size })));
}

export async function listStoredRecipes(host: Host): Promise<ReadonlySet<string>> {
  return recipesOf(await listStored(host));
}

export function showPrune(plan: PrunePlan): readonly string[] {
  return [
    ...plan.images.map(
      ({ place, references, bytes, why }) =>
        `Remove: ${references.join(', ')} from ${daemonTitles[place]} (${showBytes(bytes)}; ${why})`,
    ),
    ...plan.files.map(({ path, bytes }) => `Remove: ${path} (${showBytes(bytes)})`),
    ...plan.kept.map(
      ({ place, references }) =>
        `Keep: ${references.join(', ')} in ${daemonTitles[place]}: a container uses it, or another home may`,
    ),
  ];
}

export interface Pruned {
  readonly images: readonly ImageRemoval[];
  readonly stayed: readonly ImageRemoval[];
  readonly files: readonly StoredFile[];
}

/** Removes names, never ids: an image that a user tagged as well survives under that name. */
export async function prune(
  host: Host,
  plan: PrunePlan,
  daemons: readonly Daemon[],
  { logFile, signal }: { readonly logFile: string; readonly signal: AbortSignal },
): Promise<Pruned> {
  const stayed: ImageRemoval[] = [];
  for (const daemon of daemons) {
    const removals = plan.images.filter(({ place }) => place === daemon.place);
    const options = { logFile, signal, env: daemon.dockerEnv, accept: [1] };
    for (const argv of removalCommands(removals)) await host.runner.run(argv, options);
    const names = removals.flatMap(({ references }) => references);
    const left = await inspectImages(host, daemon, names, signal);
    const leftNames = new Set(left.flatMap(({ references }) => references));
    stayed.push(...removals.filter(({ references }) => references.some((one) => leftNames.has(one))));
  }
  for (const { path } of plan.files) await rm(path, { force: true });
  return { images: plan.images.filter((removal) => !stayed.includes(removal)), stayed, files: plan.files };
}

/** One call per image, so that one failure does not stop the others. */
export function removalCommands(removals: readonly ImageRemoval[]): readonly Argv[] {
  return removals.map(({ references }) => removeArgv(references));
}
