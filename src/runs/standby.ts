import { createHash } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../ports/host.js';
import { listRunIds, runFolder, writePrivately, type RunIdentity } from './run-folder.js';

/**
 * A driver that is up before its program: a run with an id, a folder and a note, and no program yet. The run that takes it
 * becomes it.
 */
export interface Standby extends RunIdentity {
  /** Equal for runs that it can serve. */
  readonly fingerprint: string;
  /** What its launcher has to know of it. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** Its time is over, but what it had may be there still. */
  readonly isExpired: boolean;
}

const noteName = 'standby.json';
/** Its driver ends after ten minutes (images/spark/driver/standby.py). */
const mostAgeMs = 10 * 60_000;

/** The same for everything that a driver is started with, but for the folder of its run. */
export function fingerprintOf(started: unknown, { runId }: RunIdentity): string {
  const text = JSON.stringify(started).replaceAll(runId, 'RUN');
  return createHash('sha256').update(text).digest('hex');
}

export async function noteStandby(
  host: Pick<Host, 'clock'>,
  { folder, fingerprint, facts }: Omit<Standby, 'isExpired'>,
): Promise<void> {
  const note = { fingerprint, facts, since: host.clock.now() };
  await writePrivately(join(folder, noteName), `${JSON.stringify(note)}\n`);
}

/** Those that nobody has taken, the newest first; a driver may have ended all the same. */
export async function listStandbys(host: Pick<Host, 'clock' | 'directories'>): Promise<readonly Standby[]> {
  const found: Standby[] = [];
  for (const runId of (await listRunIds(host.directories)).slice(0, mostLooked)) {
    const folder = runFolder(host, runId);
    const text = await readFile(join(folder, noteName), 'utf8').catch(() => undefined);
    const note = text === undefined ? undefined : (JSON.parse(text) as Standby & { readonly since: number });
    if (note !== undefined)
      found.push({ ...note, runId, folder, isExpired: host.clock.now() - note.since > mostAgeMs });
  }
  return found;
}

/** More runs than anybody starts in ten minutes. */
const mostLooked = 100;

export const usesStandby = 'Using the driver that stood by (--standby off starts a new one)';

/** False if another process was faster. */
export async function takeStandby({ folder }: Standby): Promise<boolean> {
  return rename(join(folder, noteName), join(folder, `taken-${noteName}`)).then(
    () => true,
    () => false,
  );
}
