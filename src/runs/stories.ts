import type { Host } from '../ports/host.js';
import { isRunLive } from './live-run.js';
import { runFolder } from './run-folder.js';
import { listStartedRuns } from './standby.js';
import { readStory, type RunEnd, type RunStory } from './story.js';

export interface ListedRun extends RunStory {
  readonly runId: string;
  readonly folder: string;
  /** `lost`: its spark-dev was killed. */
  readonly state: 'running' | 'lost' | RunEnd['state'];
}

/** Runs with a folder, the newest first. */
export async function listStories(host: Host): Promise<readonly ListedRun[]> {
  return Promise.all((await listStartedRuns(host)).map((runId) => describeRun(host, runId)));
}

export async function describeRun(host: Host, runId: string): Promise<ListedRun> {
  const folder = runFolder(host, runId);
  // asked before the end is read
  const isLive = await isRunLive(host, runId);
  const story = await readStory(folder);
  return { runId, folder, state: isLive ? 'running' : (story.end?.state ?? 'lost'), ...story };
}
