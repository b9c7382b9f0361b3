import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Host } from '../ports/host.js';
import { isRunLive, runVariable } from '../runs/live-run.js';
import { isMakerGone } from '../toolchain/half-made.js';

/** A program that a run started and that outlived it. */
export interface Orphan {
  readonly pid: number;
  readonly runId: string;
  /** As the kernel shortens it. */
  readonly program: string;
}

/** Looks where the kernel tells (Linux, own processes); a child of a child knows its run too. */
export async function findOrphans(host: Host, runsFolder: string): Promise<readonly Orphan[]> {
  const proc = join(host.directories.system, 'proc');
  const pids = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const ofRuns = (await Promise.all(pids.map((pid) => readOrphan(host, proc, pid, runsFolder)))).flat();
  const orphaned = await Promise.all(ofRuns.map((one) => isOrphaned(host, one)));
  return ofRuns.filter((_, index) => orphaned[index]);
}

/** A run says that it lives; what is made outside of runs carries its maker's process in its name. */
async function isOrphaned(host: Host, { runId, makes }: Worker): Promise<boolean> {
  return makes === undefined ? !(await isRunLive(host, runId)) : isMakerGone(host, makes);
}

interface Worker extends Orphan {
  /** The half-made file or folder that it works at, where that is no run's. */
  readonly makes: string | undefined;
}

async function readOrphan(
  { directories }: Host,
  proc: string,
  pid: number,
  runsFolder: string,
): Promise<readonly Worker[]> {
  if (pid === process.pid) return [];
  const environment = await readFile(join(proc, String(pid), 'environ'), 'utf8').catch(() => '');
  const folder = environment
    .split('\0')
    .find((pair) => pair.startsWith(`${runVariable}=`))
    ?.slice(runVariable.length + 1);
  if (folder === undefined) return [];
  const isOfRun = dirname(folder) === runsFolder;
  if (!isOfRun && ![directories.cache, directories.data].some((own) => folder.startsWith(own + sep))) return [];
  const program = await readFile(join(proc, String(pid), 'comm'), 'utf8').catch(() => '');
  const makes = isOfRun ? undefined : folder;
  return [{ pid, runId: basename(folder), program: program.trim(), makes }];
}
