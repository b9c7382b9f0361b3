import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { listOwnFolders } from '../config/own-folders.js';
import type { OwnFolder } from '../config/own-forms.js';
import type { Host } from '../ports/host.js';
import { isRunLive, runVariable } from '../runs/live-run.js';
import { runsFolder } from '../runs/run-folder.js';
import { isMakerGone } from '../toolchain/half-made.js';
import { seesSameFolder } from '../files/paths.js';

/** A program that a run started and that outlived the run. */
export interface Orphan {
  readonly pid: number;
  readonly runId: string;
  /** The name as shortened by the kernel. */
  readonly program: string;
}

/** Looks where the kernel tells (Linux, own processes); grandchildren carry the run's id too. */
export async function findOrphans(host: Host): Promise<readonly Orphan[]> {
  const proc = join(host.directories.system, 'proc');
  const pids = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const ours = await listOwnFolders(host.directories);
  const ofRuns = (await Promise.all(pids.map((pid) => readOrphan(host, join(proc, pid), ours)))).flat();
  const orphaned = await Promise.all(ofRuns.map((one) => isOrphaned(host, one)));
  return ofRuns.filter((_, index) => orphaned[index]);
}

/** Checks again: while the question was open, a process id may have been reused. */
export async function endStillOrphaned(host: Host, pids: readonly number[]): Promise<void> {
  const orphans = await findOrphans(host);
  await Promise.all(orphans.filter(({ pid }) => pids.includes(pid)).map(({ pid }) => host.runner.end(pid)));
}

/** A live run is known from its lock; files made outside of runs carry their maker's process id in the name. */
async function isOrphaned(host: Host, { runId, makes }: Worker): Promise<boolean> {
  return makes === undefined ? !(await isRunLive(host, runId)) : isMakerGone(host, makes);
}

interface Worker extends Orphan {
  /** The half-made file or folder that it works on, if it does not belong to a run. */
  readonly makes: string | undefined;
}

/** Containers and chroots have other folders under the same paths, so a path is resolved from the process's view. */
async function readOrphan(host: Host, entry: string, ours: readonly OwnFolder[]): Promise<readonly Worker[]> {
  const { directories } = host;
  const pid = Number(basename(entry));
  if (pid === process.pid) return [];
  const environment = await readFile(join(entry, 'environ'), 'utf8').catch(() => '');
  const folder = environment
    .split('\0')
    .find((pair) => pair.startsWith(`${runVariable}=`))
    ?.slice(runVariable.length + 1);
  if (folder === undefined) return [];
  const isOfRun = ours.includes('state') && (await seesSameFolder(entry, dirname(folder), runsFolder(host)));
  const made = (['cache', 'data'] as const).find((kind) => folder.startsWith(directories[kind] + sep));
  const isOurs = made !== undefined && ours.includes(made) && (await seesSameFolder(entry, directories[made]));
  if (!isOfRun && !isOurs) return [];
  const program = await readFile(join(entry, 'comm'), 'utf8').catch(() => '');
  const makes = isOfRun ? undefined : folder;
  return [{ pid, runId: basename(folder), program: program.trim(), makes }];
}
