import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../ports/host.js';
import { withLiveRun } from './live-run.js';
import { createRunId } from './run-id.js';

/** A run's id, labels and folder. */
export interface RunIdentity {
  readonly runId: string;
  /** A folder on this machine for logs, generated files and the record. */
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

/** A live run with its folder: only the owner can read its properties and logs, and those of older versions next to it. */
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
