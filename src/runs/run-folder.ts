import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../ports/host.js';
import { withLiveRun } from './live-run.js';
import { createRunId } from './run-id.js';

/** One run, by which its labels, its folder and its record are known. */
export interface RunIdentity {
  readonly runId: string;
  /** On this machine, for logs, generated files and the record. */
  readonly folder: string;
}

export function runsFolder({ directories }: Pick<Host, 'directories'>): string {
  return join(directories.state, 'runs');
}

export function runFolder(host: Pick<Host, 'directories'>, runId: string): string {
  return join(runsFolder(host), runId);
}

export function newRun(host: Pick<Host, 'clock' | 'directories'>, name: string): RunIdentity {
  const runId = createRunId(name, new Date(host.clock.now()), randomBytes(2).toString('hex'));
  return { runId, folder: runFolder(host, runId) };
}

/** A live run with its folder: properties and logs in it are for its owner alone, and so is what older versions left beside it. */
export async function inRunFolder<Value>(host: Host, runId: string, action: () => Promise<Value>): Promise<Value> {
  return withLiveRun(host, runId, async () => {
    for (const folder of [runsFolder(host), runFolder(host, runId)]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
    }
    return action();
  });
}

export async function writePrivately(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
}
