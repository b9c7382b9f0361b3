import { chmod, lstat, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isOwnFolder } from '../config/own-folders.js';
import { listFormed, runIdForm, sortOwn } from '../config/own-forms.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { isRunLive } from '../runs/live-run.js';
import { runsFolder } from '../runs/run-folder.js';
import { showBytes } from '../text/sizes.js';
import { codeOf } from '../errors/error-code.js';

export interface MeasuredFolder {
  readonly path: string;
  readonly bytes: number | undefined;
}

export interface RunFolder {
  readonly runId: string;
  readonly isLive: boolean;
}

export async function listRuns(host: Host): Promise<readonly RunFolder[]> {
  const names = await listFormed(host.directories, 'state', 'runs');
  const stampOf = (name: string): string => runIdForm.exec(name)?.[1] ?? '';
  const runs = names.filter((name) => runIdForm.test(name)).sort((a, b) => stampOf(b).localeCompare(stampOf(a)));
  return Promise.all(runs.map(async (runId) => ({ runId, isLive: await isRunLive(host, runId) })));
}

/** Folders of finished runs, except the newest `keep`. */
export async function listOldRuns(host: Host, keep: number): Promise<readonly string[]> {
  if (!(await isOwnFolder(host.directories, 'state'))) return [];
  const old = (await listRuns(host)).slice(keep).filter(({ isLive }) => !isLive);
  return old.map(({ runId }) => join(runsFolder(host), runId));
}

/** Embedded Spark's own files: shuffles and spilled data of runs that were killed. */
export async function listScratch(host: Host): Promise<readonly string[]> {
  if (!(await isOwnFolder(host.directories, 'state'))) return [];
  const ended = (await listRuns(host)).filter(({ isLive }) => !isLive);
  const folders = ended.map(({ runId }) => join(runsFolder(host), runId, 'tmp'));
  const found = await Promise.all(folders.map((folder) => stat(folder).catch(() => undefined)));
  return folders.filter((_, index) => found[index] !== undefined);
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
  const answer = await host.runner.run(measureFoldersArgv(paths), { accept: [1] }).catch(() => undefined);
  const sizes = parseSizes(answer?.stdout ?? '');
  return paths.map((path) => ({ path, bytes: sizes.get(path) }));
}

export function measureFoldersArgv(paths: readonly string[]): Argv {
  return ['du', '-sk', ...paths];
}

export function parseSizes(stdout: string): ReadonlyMap<string, number> {
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const [, kilobytes, path] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
      return path === undefined ? [] : [[path, Number(kilobytes) * 1024] as const];
    }),
  );
}

/** `/a/folder (14.0 GB)` */
export function nameFolder({ path, bytes }: MeasuredFolder): string {
  return bytes === undefined ? path : `${path} (${showBytes(bytes)})`;
}

/** ` of 14.0 GB`; empty if a size is unknown. */
export function showTotal(folders: readonly MeasuredFolder[]): string {
  const total = folders.reduce<number | undefined>(
    (sum, { bytes }) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
    0,
  );
  return total === undefined ? '' : ` of ${showBytes(total)}`;
}

/** The commands equal to removeFolder, for --dry-run. */
export function removeArgvs(paths: readonly string[]): readonly Argv[] {
  return paths.length === 0
    ? []
    : [
        ['chmod', '-R', 'u+w', ...paths],
        ['rm', '-rf', ...paths],
      ];
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
