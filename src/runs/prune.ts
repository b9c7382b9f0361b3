import { rm } from 'node:fs/promises';
import { bestEffort } from '../errors/disk-error.js';
import { isOwnFolder } from '../config/own-folders.js';
import type { Host } from '../ports/host.js';
import { isRunLive } from './live-run.js';
import { listRunIds, runFolder } from './run-folder.js';
import { measure, readStory } from './story.js';

/** What stays without a wish of the user's. */
export const runLimits = { runs: 100, bytes: 2e9 } as const;

/** Folders of ended runs, beyond the newest ones that fit the limits. */
export async function listPrunable(
  host: Host,
  { runs, bytes }: { readonly runs: number; readonly bytes: number } = runLimits,
): Promise<readonly string[]> {
  if (!(await isOwnFolder(host.directories, 'state'))) return [];
  let room = bytes;
  let kept = 0;
  const prunable: string[] = [];
  for (const runId of await listRunIds(host.directories)) {
    const folder = runFolder(host, runId);
    if (await isRunLive(host, runId)) continue;
    if (kept < runs) room -= (await readStory(folder)).end?.bytes ?? (await measure(folder));
    if (kept < runs && (room >= 0 || kept === 0)) kept += 1;
    else prunable.push(folder);
  }
  return prunable;
}

/** After each run. */
export async function pruneRuns(host: Host): Promise<void> {
  await bestEffort(host, 'Could not remove the folders of old runs', async () => {
    for (const folder of await listPrunable(host)) await rm(folder, { recursive: true, force: true });
  });
}
