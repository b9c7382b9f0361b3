import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isOwnFolder } from '../config/own-folders.js';
import { listFormed, sortOwn } from '../config/own-forms.js';
import type { Host } from '../ports/host.js';
import { isRunLive } from '../runs/live-run.js';
import { listRunIds, runsFolder, spillFolder } from '../runs/run-folder.js';
import { showBytes } from '../text/sizes.js';
import { count } from '../text/words.js';
import { isThere } from '../files/paths.js';
import { codeOf } from '../errors/spark-dev-error.js';
import type { Removal } from './plan.js';

export interface MeasuredFolder {
  readonly path: string;
  readonly bytes: number | undefined;
}

/** All runs with a folder, the newest first. */
export async function listRuns(host: Host): Promise<readonly { readonly runId: string; readonly isLive: boolean }[]> {
  const runs = await listRunIds(host.directories);
  return Promise.all(runs.map(async (runId) => ({ runId, isLive: await isRunLive(host, runId) })));
}

/** Folders of finished runs, except the newest `keep` runs. */
export async function listOldRuns(host: Host, keep = 0): Promise<readonly string[]> {
  if (!(await isOwnFolder(host.directories, 'state'))) return [];
  const old = (await listRuns(host)).slice(keep).filter(({ isLive }) => !isLive);
  return old.map(({ runId }) => join(runsFolder(host), runId));
}

/** Embedded Spark's own files: shuffles and spilled data of runs that were killed. */
export async function listScratch(host: Host): Promise<readonly string[]> {
  const runs = await listOldRuns(host);
  const folders = [...new Set(runs.flatMap((folder) => [join(folder, 'tmp'), spillFolder(folder)]))];
  const found = await Promise.all(folders.map(isThere));
  return folders.filter((_, index) => found[index]);
}

/** Hive's tables of local mode, by working folder; none while a run may use them. */
export async function listLocalTables(host: Host): Promise<readonly string[]> {
  if (!(await isOwnFolder(host.directories, 'state')) || (await listRuns(host)).some(({ isLive }) => isLive)) return [];
  const names = await listFormed(host.directories, 'state', 'tables');
  return names.map((name) => join(host.directories.state, 'tables', name));
}

const buildCaches = ['build', 'downloads', 'go'];

/** Only needed for building: Go's module and build caches, downloads, half-built images. Spark itself stays, since every run needs it. */
export async function listBuildCaches({ directories }: Pick<Host, 'directories'>): Promise<readonly string[]> {
  if (!(await isOwnFolder(directories, 'cache'))) return [];
  return (await Promise.all(buildCaches.map((name) => sortOwn(directories, 'cache', name)))).flatMap(({ own }) => own);
}

/** A folder of unknown size is still listed. */
export async function measureFolders(host: Host, paths: readonly string[]): Promise<readonly MeasuredFolder[]> {
  if (paths.length === 0) return [];
  // 1: something disappeared while it was counted
  const answer = await host.runner.run(['du', '-sk', ...paths], { accept: [1] }).catch(() => undefined);
  const sizes = new Map(
    [...(answer?.stdout ?? '').matchAll(/^(\d+)[ \t]+(.*)$/gm)].map(([, size, path]) => [path, size]),
  );
  return paths.map((path) => ({ path, bytes: sizes.has(path) ? Number(sizes.get(path)) * 1024 : undefined }));
}

export function removeFolders(
  folders: readonly MeasuredFolder[],
  id: string,
  why: string,
  { item, one, many } = { item: 'folder', one: 'folder', many: 'folders' },
): Removal {
  const paths = folders.map(({ path }) => path);
  const total = folders.reduce((sum, { bytes = NaN }) => sum + bytes, 0);
  return {
    id,
    title: `Remove ${count(folders.length, one, many)}${Number.isNaN(total) ? '' : ` of ${showBytes(total)}`}`,
    why,
    commands: [
      ['chmod', '-R', 'u+w', ...paths],
      ['rm', '-rf', ...paths],
    ],
    items: folders.map(({ path, bytes }) => `${item} ${path}${bytes === undefined ? '' : ` (${showBytes(bytes)})`}`),
    remove: async () => {
      for (const path of paths) await removeFolder(path);
    },
  };
}

/** Go keeps its module cache read-only, and only root can empty such a folder unchanged. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(codeOf(error))) throw error;
    await openFolders(path);
    await rm(path, { recursive: true, force: true });
  }
}

/** Never follows a link: its target is not removed either. */
async function openFolders(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path)) await openFolders(join(path, name));
}
