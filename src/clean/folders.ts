import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { isRunLive } from '../runs/live-run.js';

/** A folder and what it takes of the disk. */
export interface MeasuredFolder {
  readonly path: string;
  readonly bytes: number;
}

export function runsFolder({ directories }: Pick<Host, 'directories'>): string {
  return join(directories.state, 'runs');
}

/** NAME-YYMMDDhhmmss-RANDOM, see createRunId. Anything else there is not ours. */
const runIdPattern = /-(\d{12})-[0-9a-f]{4}$/;

/** Folders of runs that have ended, without the newest `keep`. */
export async function listOldRuns(host: Host, keep: number): Promise<readonly string[]> {
  const names = await readdir(runsFolder(host)).catch(() => []);
  const stampOf = (name: string): string => runIdPattern.exec(name)?.[1] ?? '';
  const runs = names.filter((name) => runIdPattern.test(name)).sort((a, b) => stampOf(b).localeCompare(stampOf(a)));
  const old = runs.slice(keep);
  const live = await Promise.all(old.map((runId) => isRunLive(host, runId)));
  return old.filter((_, index) => !live[index]).map((runId) => join(runsFolder(host), runId));
}

/** What only building needs: Go's module and build caches, downloads, half-built images. Spark itself stays, every run needs it. */
export function buildCaches({ directories }: Pick<Host, 'directories'>): readonly string[] {
  return ['go', 'build', 'downloads'].map((name) => join(directories.cache, name));
}

/** Those of them that are there, with their sizes. */
export async function measureFolders(host: Host, paths: readonly string[]): Promise<readonly MeasuredFolder[]> {
  if (paths.length === 0) return [];
  // 1: some are not there, or something vanished while it was counted
  const answer = await host.runner.run(measureArgv(paths), { accept: [1] });
  return parseSizes(answer.stdout);
}

export function measureArgv(paths: readonly string[]): Argv {
  return ['du', '-sk', ...paths];
}

export function parseSizes(stdout: string): readonly MeasuredFolder[] {
  return stdout.split('\n').flatMap((line) => {
    const [, kilobytes, path] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    return path === undefined ? [] : [{ path, bytes: Number(kilobytes) * 1024 }];
  });
}

/** As removeFolder does, for --dry-run. */
export function removeArgvs(paths: readonly string[]): readonly Argv[] {
  return paths.length === 0
    ? []
    : [
        ['chmod', '-R', 'u+w', ...paths],
        ['rm', '-rf', ...paths],
      ];
}

/** Go keeps its module cache read-only, and only root may empty such a folder as it is. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await openFolders(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function openFolders(path: string): Promise<void> {
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isDirectory()) await openFolders(join(path, entry.name));
}
