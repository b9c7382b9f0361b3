import { join } from 'node:path';
import { closeEntry, writeEntry } from '../../journal/journal.js';
import type { Host } from '../../ports/host.js';
import type { StepHandle } from '../../ports/ui.js';
import { requireOwnCluster } from '../ownership.js';
import { describeKubectl, describeMinikube, locatePrograms } from '../programs.js';
import { stepTitles } from './describe-steps.js';
import { recreationFolder } from './folder.js';
import { performers, prepareCluster } from './perform-step.js';
import { recreationSteps, type Archives, type RecreationRecord, type RecreationStep } from './record.js';
import { removeSaved } from './save.js';
import type { RecreationContext } from './context.js';

export interface RecreationRun {
  readonly signal: AbortSignal;
}

/** Milliseconds by step. */
export type StepTimes = Readonly<Partial<Record<RecreationStep, number>>>;

/** From the record's step to the last; the journal is written before each, so that whoever comes later goes on from there. */
export async function runRecreation(host: Host, record: RecreationRecord, run: RecreationRun): Promise<StepTimes> {
  const times: Partial<Record<RecreationStep, number>> = {};
  let { archives } = record;
  const shop = await openShop(host, record, run);
  await requireOwnCluster(host, run.signal);
  for (const step of recreationSteps.slice(recreationSteps.indexOf(record.step))) {
    await writeEntry(host, 'recreate-cluster', { ...record, step, archives });
    const startedAt = host.clock.now();
    archives = { ...archives, ...(await performShown({ ...shop, archives }, step)) };
    times[step] = host.clock.now() - startedAt;
  }
  await closeEntry(host, 'recreate-cluster');
  return times;
}

/** Nothing of the old cluster is gone yet: what was paused goes on, and what was saved is not needed. */
export async function rollBack(host: Host, record: RecreationRecord, run: RecreationRun): Promise<void> {
  const shop = await openShop(host, record, run);
  await prepareCluster(shop);
  for (const step of ['wake', 'tidy'] as const) await performShown(shop, step);
  await closeEntry(host, 'recreate-cluster');
}

/** Removes what was saved, and with it the chance to put it back. */
export async function forgetRecreation(host: Host): Promise<void> {
  await removeSaved({ folder: recreationFolder(host.directories) });
  await closeEntry(host, 'recreate-cluster');
}

type ClosedShop = Omit<RecreationContext, 'shown'>;

/** Init shows its steps itself. */
const silent: StepHandle = { progress: () => undefined, done: () => undefined, fail: () => undefined };

async function performShown(shop: ClosedShop, step: RecreationStep): Promise<Archives> {
  const shown = step === 'start' ? silent : shop.host.ui.step(stepTitles[step]);
  try {
    const { note, archives = {} } = await performers[step]({ ...shop, shown });
    shown.done(note);
    return archives;
  } catch (error) {
    shown.fail();
    throw error;
  }
}

async function openShop(
  host: Host,
  { plan, archives }: RecreationRecord,
  { signal }: RecreationRun,
): Promise<ClosedShop> {
  const programs = await locatePrograms(host, signal);
  const cluster = describeMinikube(host, programs);
  return {
    host,
    plan,
    archives,
    folder: recreationFolder(host.directories),
    programs,
    session: { cluster, kubectl: describeKubectl(host, programs) },
    node: { ...cluster, driver: plan.settings.driver },
    logFile: join(
      host.directories.state,
      'logs',
      `recreate-${new Date(host.clock.now()).toISOString().replaceAll(/[:.]/g, '-')}.log`,
    ),
    signal,
  };
}
