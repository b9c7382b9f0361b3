import { randomBytes, createHash } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { listFormed, runIdForm } from '../config/own-forms.js';
import type { Host } from '../ports/host.js';
import { withLiveRun } from './live-run.js';
import { tellStory, type RunSpec } from './story.js';

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

/** All runs with a folder, the newest first. */
export async function listRunIds(directories: Host['directories']): Promise<readonly string[]> {
  const names = await listFormed(directories, 'state', 'runs');
  const stampOf = (name: string): string => runIdForm.exec(name)?.[1] ?? '';
  return names.filter((name) => runIdForm.test(name)).sort((a, b) => stampOf(b).localeCompare(stampOf(a)));
}

export function newRun(host: Pick<Host, 'clock' | 'directories'>, name: string): RunIdentity {
  const runId = createRunId(name, new Date(host.clock.now()), randomBytes(2).toString('hex'));
  return { runId, folder: runFolder(host, runId) };
}

/** A live run with its folder: only the owner can read its properties and logs, and those of older versions next to it. */
export async function inRunFolder<Value>(
  host: Host,
  runId: string,
  action: () => Promise<Value>,
  /** Kept in the folder, with the end of the action. */
  spec?: RunSpec,
): Promise<Value> {
  return withLiveRun(host, runId, async () => {
    const own = runFolder(host, runId);
    for (const folder of [runsFolder(host), own]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
    }
    return spec === undefined ? action() : tellStory(host, own, spec, action);
  });
}

/**
 * Where embedded Spark keeps shuffles and spilled data: in the run's folder. Spark splits this path at commas, so with one in it
 * a private folder among the system's temporary files takes its place.
 */
export function spillFolder(folder: string): string {
  const inRun = join(folder, 'tmp');
  if (!inRun.includes(',')) return inRun;
  const temporary = tmpdir();
  return join(temporary.includes(',') ? '/tmp' : temporary, `spark-dev-${basename(folder)}`);
}

export async function writePrivately(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
}

const slugMax = 20;

/**
 * A run id that is valid everywhere in Kubernetes: RFC 1123, at most 38 characters, so that every suffix stays within Spark's
 * limit of 47 for `spark.kubernetes.executor.podNamePrefix` and the 63 for labels.
 */
export function createRunId(app: string, now: Date, random: string): string {
  const stamp = now.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14);
  return `${slugOf(app)}-${stamp}-${random.slice(0, 4)}`;
}

/** Lower case, digits and dashes; a changed name gets a part of its hash, so that two names never collide. */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .replace(/-+$/, '');
  if (slug === name && slug !== '' && slug.length <= slugMax) return slug;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `${slug.slice(0, slugMax - 7).replace(/-+$/, '') || 'app'}-${hash}`;
}
