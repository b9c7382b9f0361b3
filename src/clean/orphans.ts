import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Host } from '../ports/host.js';
import { isRunLive, runVariable } from '../runs/live-run.js';

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
  const ofRuns = (await Promise.all(pids.map((pid) => readOrphan(proc, pid, runsFolder)))).flat();
  const orphaned = await Promise.all(ofRuns.map(async ({ runId }) => !(await isRunLive(host, runId))));
  return ofRuns.filter((_, index) => orphaned[index]);
}

async function readOrphan(proc: string, pid: number, runsFolder: string): Promise<readonly Orphan[]> {
  if (pid === process.pid) return [];
  const environment = await readFile(join(proc, String(pid), 'environ'), 'utf8').catch(() => '');
  const folder = environment
    .split('\0')
    .find((pair) => pair.startsWith(`${runVariable}=`))
    ?.slice(runVariable.length + 1);
  if (folder === undefined || dirname(folder) !== runsFolder) return [];
  const program = await readFile(join(proc, String(pid), 'comm'), 'utf8').catch(() => '');
  return [{ pid, runId: basename(folder), program: program.trim() }];
}
