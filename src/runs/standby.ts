import { createHash } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '../files/paths.js';
import type { Host } from '../ports/host.js';
import { listRunIds, runFolder, writePrivately, type RunIdentity } from './run-folder.js';

/**
 * A driver that is up before its program: a run with an id, a folder and a note, and no program yet. The run that takes it
 * becomes it.
 */
export interface Standby<Facts> extends RunIdentity {
  /** Equal for runs that it can serve. */
  readonly fingerprint: string;
  /** What its launcher has to know of it. */
  readonly facts: Facts;
  /** Its time is over, but what it had may be there still. */
  readonly isExpired: boolean;
}

/** Where its driver is: the launchers look for theirs alone. The pod of a `dev` is no driver yet. */
export type StandbyPlace = 'local' | 'cluster' | 'dev';

interface Note {
  readonly place: StandbyPlace;
  readonly fingerprint: string;
  readonly facts: unknown;
  readonly since: number;
}

const noteName = 'standby.json';
/** Its driver ends after ten minutes (images/spark/driver/standby.py). */
export const mostAgeMs = 10 * 60_000;

/** The same for everything that a driver is started with, but for the folder of its run. */
export function fingerprintOf(started: unknown, { runId }: Pick<RunIdentity, 'runId'>): string {
  const text = JSON.stringify(started).replaceAll(runId, 'RUN');
  return createHash('sha256').update(text).digest('hex');
}

export async function noteStandby(
  { clock }: Pick<Host, 'clock'>,
  { folder }: RunIdentity,
  note: Omit<Note, 'since'>,
): Promise<void> {
  await writePrivately(join(folder, noteName), `${JSON.stringify({ ...note, since: clock.now() })}\n`);
}

async function readNote(host: Pick<Host, 'directories'>, runId: string): Promise<Note | undefined> {
  return (await readJson(join(runFolder(host, runId), noteName))) as Note | undefined;
}

/** Those that nobody has taken, the newest first; a driver may have ended all the same. */
export async function listStandbys<Facts>(
  host: Pick<Host, 'clock' | 'directories'>,
  place: StandbyPlace,
): Promise<readonly Standby<Facts>[]> {
  const found: Standby<Facts>[] = [];
  for (const runId of (await listRunIds(host.directories)).slice(0, mostLooked)) {
    const note = await readNote(host, runId);
    if (note?.place !== place) continue;
    const isExpired = host.clock.now() - note.since > mostAgeMs;
    found.push({
      runId,
      folder: runFolder(host, runId),
      fingerprint: note.fingerprint,
      facts: note.facts as Facts,
      isExpired,
    });
  }
  return found;
}

/** The runs of all drivers that wait. */
export async function listWaiting(host: Pick<Host, 'clock' | 'directories'>): Promise<readonly string[]> {
  const found = await Promise.all([listStandbys(host, 'local'), listStandbys(host, 'cluster')]);
  return found.flat().flatMap(({ runId, isExpired }) => (isExpired ? [] : [runId]));
}

/** Runs that have, or had, a program: the newest first. */
export async function listStartedRuns(host: Pick<Host, 'directories'>): Promise<readonly string[]> {
  const ids = await listRunIds(host.directories);
  const waiting = await Promise.all(ids.map((runId) => readNote(host, runId)));
  return ids.filter((_, index) => waiting[index] === undefined);
}

/** More runs than anybody starts in ten minutes. */
const mostLooked = 100;

export const usesStandby = 'Using the driver that stood by (--standby off starts a new one)';
export const leavesStandby =
  'A driver now waits for the next run, for ten minutes at most (--standby off, or standby: off in spark-dev.yaml, prevents it)';
export const standbyIsGone = 'It is gone: starting a new one';

/** Of one that was ended without a program: it was no run. */
export async function forgetStandby({ folder }: RunIdentity): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** False if another process was faster. */
export async function takeStandby({ folder }: RunIdentity): Promise<boolean> {
  return rename(join(folder, noteName), join(folder, `taken-${noteName}`)).then(
    () => true,
    () => false,
  );
}
