import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { closeEntry, writeEntry } from '../../journal/journal.js';
import { profileName } from '../../kube/names.js';
import type { HostCapacity } from '../../kube/size.js';
import type { Host } from '../../ports/host.js';
import { applySteps } from '../../steps/apply.js';
import { observeDaemon } from '../../toolchain/engine/observe.js';
import { awaitOrphans } from '../await-orphans.js';
import { requireOwnership } from '../own-cluster.js';
import { bringEngineUp } from '../prepare/apply.js';
import { locatePrograms } from '../programs.js';
import {
  describeTools,
  readRecreation,
  recreationFolder,
  recreationSteps,
  type RecreationContext,
  type RecreationRecord,
  type RecreationStep,
} from './record.js';
import { describeActs } from './steps.js';

interface RecreationRun {
  readonly signal: AbortSignal;
}

/** Milliseconds by step. */
export type StepTimes = Readonly<Record<string, number>>;

/** Runs the journal's step and all later ones; the journal is written before each, so that a later call can continue. */
export async function runRecreation(host: Host, record: RecreationRecord, run: RecreationRun): Promise<StepTimes> {
  const context = await openContext(host, record, run);
  await requireOwnership(host, run.signal);
  const ids = recreationSteps.slice(recreationSteps.indexOf(record.step));
  const times = await applyAll(context, ids, (step) =>
    writeEntry(host, 'recreate-cluster', { ...record, step, archives: context.archives }),
  );
  await closeEntry(host, 'recreate-cluster');
  return times;
}

/** Resumes the paused workloads of the old cluster and drops the saved data. Throws CLUSTER_ABSENT if that cluster is gone. */
export async function rollBack(host: Host, record: RecreationRecord, run: RecreationRun): Promise<void> {
  if (await isGone(host, record, run)) {
    const { root } = recreationFolder(host.directories);
    throw new SparkDevError('CLUSTER_ABSENT', 'The cluster was removed while it was being recreated', {
      why: `Docker has no volume ${profileName} any more. The saved data is kept in ${root}.`,
      fix: [
        'If another Docker has it, switch back to that (docker context ls): spark-dev init --yes',
        'Delete the cluster and the saved data: spark-dev down --delete',
      ],
    });
  }
  await applyAll(await openContext(host, record, run), ['start', 'wake', 'tidy']);
  await closeEntry(host, 'recreate-cluster');
}

/** Removes the saved data; it cannot be restored after that. */
export async function forgetRecreation(host: Host): Promise<void> {
  await rm(recreationFolder(host.directories).root, { recursive: true, force: true });
  await closeEntry(host, 'recreate-cluster');
}

function applyAll(
  context: RecreationContext,
  ids: readonly RecreationStep[],
  onBegin?: (id: RecreationStep) => Promise<void>,
): Promise<StepTimes> {
  const acts = describeActs(context).filter(({ id }) => ids.includes(id));
  return applySteps(context.host, acts, {
    signal: context.options.signal,
    apply: (act, { progress }) => act.apply(context, progress),
    // init shows its own steps
    isQuiet: ({ id }) => id === 'start',
    onBegin: async ({ id }) => onBegin?.(id),
  });
}

async function openContext(
  host: Host,
  { plan, archives }: RecreationRecord,
  { signal }: RecreationRun,
): Promise<RecreationContext> {
  const programs = await locatePrograms(host, signal);
  const tools = describeTools(host, programs, plan.settings);
  const at = new Date(host.clock.now()).toISOString().replaceAll(/[:.]/g, '-');
  const logFile = join(host.directories.state, 'logs', `recreate-${at}.log`);
  const options = { env: tools.cluster.env, signal, logFile };
  return {
    ...tools,
    host,
    plan,
    start: [],
    archives: { ...archives },
    programs,
    options,
    run: (argv, more) => host.runner.run(argv, { ...options, ...more }),
  };
}

/**
 * Finishes an interrupted recreation before anything else: back to the old cluster until that is deleted, after that on to
 * the new one. The caller must hold the lock.
 */
export async function finishRecreation(
  host: Host,
  run: RecreationRun & { readonly size?: Partial<HostCapacity> },
): Promise<void> {
  const record = await readRecreation(host);
  if (record === undefined) return;
  await awaitOrphans(host, run.signal);
  if ((await observeDaemon(host, run.signal)).kind !== 'answers') await bringEngineUp(host, run);
  const isDeleted = isPast(record.step, 'delete') || (await isGone(host, record, run));
  const saved = isDeleted ? resumeFromSaved(host, record) : undefined;
  const next =
    saved === undefined
      ? 'interrupted before it deleted anything; resuming the paused workloads'
      : 'interrupted; restoring its saved data first';
  host.ui.warn(`An earlier recreation of the cluster was ${next}`);
  await (saved === undefined ? rollBack(host, record, run) : runRecreation(host, resumeAt(saved, run.size), run));
}

/** Without the volume, minikube would start an empty cluster. */
async function isGone(host: Host, { plan }: RecreationRecord, { signal }: RecreationRun): Promise<boolean> {
  const { ours } = await requireOwnership(host, signal);
  return plan.settings.driver === 'docker' && !ours.some(({ kind }) => kind === 'volume');
}

/** Undefined if a claim was not saved before the cluster was gone. Images can be built again. */
function resumeFromSaved({ directories, ui }: Host, record: RecreationRecord): RecreationRecord | undefined {
  const { step, plan, archives } = record;
  if (isPast(step, 'delete')) return record;
  const { claim, images } = recreationFolder(directories);
  const isNoted = (file: string): boolean => basename(file) in archives;
  if (!isPast(step, 'save-claims') || !plan.claims.map(claim).every(isNoted)) return undefined;
  if (isNoted(images) || plan.images.length === 0) return { ...record, step: 'start' };
  ui.warn(`These images were not saved before the cluster was removed: ${plan.images.join(', ')}`);
  return { ...record, step: 'start', plan: { ...plan, images: [] } };
}

/** Restores again what differed. A cluster that is not started yet can get another size. */
function resumeAt(record: RecreationRecord, size: Partial<HostCapacity> | undefined): RecreationRecord {
  const step = record.step === 'verify' ? 'restore-images' : record.step;
  if (size === undefined || isPast(step, 'restore-images')) return { ...record, step };
  return { ...record, step, plan: { ...record.plan, size: { ...record.plan.size, ...size } } };
}

export function isPast(step: RecreationStep, mark: RecreationStep): boolean {
  return recreationSteps.indexOf(step) >= recreationSteps.indexOf(mark);
}
