import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../ports/host.js';
import { withLiveRun } from './live-run.js';

/** A live run with its folder: properties and logs in it are for its owner alone, and so is what older versions left beside it. */
export async function inRunFolder<Value>(host: Host, runId: string, action: () => Promise<Value>): Promise<Value> {
  return withLiveRun(host, runId, async () => {
    const runs = join(host.directories.state, 'runs');
    for (const folder of [runs, join(runs, runId)]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
    }
    return action();
  });
}

export async function writePrivately(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
}

/** The result of a run, for people and programs that come later. */
export async function keepResult(folder: string, outcome: object): Promise<void> {
  await writePrivately(join(folder, 'run.json'), `${JSON.stringify(outcome, undefined, 2)}\n`);
}
