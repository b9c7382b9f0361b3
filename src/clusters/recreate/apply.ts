import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { closeEntry, writeEntry } from '../../journal/journal.js';
import type { HostCapacity } from '../../kube/size.js';
import type { Host } from '../../ports/host.js';
import { applySteps } from '../../steps/apply.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import { awaitOrphans } from '../await-orphans.js';
import { removeRuins } from '../delete-cluster.js';
import { applyPreparation, bringEngineUp } from '../prepare/apply.js';
import { keepProfile } from '../damaged-profile.js';
import { applyMinikube } from '../minikube/apply.js';
import { planMinikube } from '../minikube/plan.js';
import { profileName } from '../../kube/names.js';
import { describeKubectl, describeMinikube, locatePrograms } from '../programs.js';
import { stepTitles } from './plan.js';
import {
  readRecreation,
  recreationFolder,
  recreationSteps,
  type RecreationContext,
  type RecreationRecord,
  type RecreationStep,
} from './record.js';
import { restoreClaims, restoreImages, restoreObjects, verifyRestored, wakeWorkloads } from './restore.js';
import { pauseWorkloads, saveClaims, saveImages, saveObjects } from './save.js';
import { requireOwnCluster } from '../own-cluster.js';
import { removeProfile } from '../minikube/remove-profile.js';

export interface RecreationRun {
  readonly signal: AbortSignal;
}

/** Milliseconds by step. */
export type StepTimes = Readonly<Record<string, number>>;

/** Each may be done again after it was cut short anywhere; a text is the note of its step. */
const appliers: Readonly<Record<RecreationStep, (shop: RecreationContext) => Promise<unknown>>> = {
  pause: pauseWorkloads,
  'save-objects': saveObjects,
  'save-claims': saveClaims,
  'save-images': saveImages,
  delete: ({ host, programs, options }) => removeProfile(host, programs, options),
  start: prepareCluster,
  'restore-images': restoreImages,
  'restore-objects': restoreObjects,
  'restore-claims': restoreClaims,
  verify: verifyRestored,
  wake: wakeWorkloads,
  tidy: ({ folder }) => rm(folder.root, { recursive: true, force: true }),
};

/** What init does, whatever is there of the cluster; a first start that was cut short is removed before. */
async function prepareCluster({ host, plan, options }: RecreationContext): Promise<void> {
  const { signal, logFile } = options;
  await removeRuins(host, { signal, logFile });
  const request = { size: plan.size, settings: plan.settings, signal };
  await applyPreparation(host, await planMinikube(host, request), {
    ...{ ...request, logFile, onDone: () => undefined },
    preparer: { plan: planMinikube, apply: applyMinikube, removeRuins, keep: (own) => keepProfile(own.directories) },
  });
}

/** From the record's step to the last; the journal is written before each, so that whoever comes later goes on from there. */
export async function runRecreation(host: Host, record: RecreationRecord, run: RecreationRun): Promise<StepTimes> {
  const context = await openContext(host, record, run);
  await requireOwnCluster(host, run.signal);
  const ids = recreationSteps.slice(recreationSteps.indexOf(record.step));
  const times = await applyAll(context, ids, (step) =>
    writeEntry(host, 'recreate-cluster', { ...record, step, archives: context.archives }),
  );
  await closeEntry(host, 'recreate-cluster');
  return times;
}

/** What was paused in the old cluster goes on, and what was saved is not needed. Throws CLUSTER_ABSENT where that cluster is gone. */
export async function rollBack(host: Host, record: RecreationRecord, run: RecreationRun): Promise<void> {
  if (await isGone(host, record, run)) throw clusterGone(host);
  await applyAll(await openContext(host, record, run), ['start', 'wake', 'tidy']);
  await closeEntry(host, 'recreate-cluster');
}

/** Removes what was saved, and with it the chance to put it back. */
export async function forgetRecreation(host: Host): Promise<void> {
  await rm(recreationFolder(host.directories).root, { recursive: true, force: true });
  await closeEntry(host, 'recreate-cluster');
}

function applyAll(
  context: OpenContext,
  ids: readonly RecreationStep[],
  onBegin?: (id: RecreationStep) => Promise<void>,
): Promise<StepTimes> {
  const steps = ids.map((id) => ({ id, title: stepTitles[id], why: '', commands: [] }));
  return applySteps(context.host, steps, {
    signal: context.options.signal,
    apply: ({ id }, { progress }) => appliers[id]({ ...context, progress }),
    // init shows its steps itself
    isQuiet: ({ id }) => id === 'start',
    ...(onBegin === undefined ? {} : { onBegin: ({ id }) => onBegin(id) }),
  });
}

type OpenContext = Omit<RecreationContext, 'progress'>;

async function openContext(
  host: Host,
  { plan, archives }: RecreationRecord,
  { signal }: RecreationRun,
): Promise<OpenContext> {
  const programs = await locatePrograms(host, signal);
  const cluster = describeMinikube(host, programs);
  const at = new Date(host.clock.now()).toISOString().replaceAll(/[:.]/g, '-');
  const logFile = join(host.directories.state, 'logs', `recreate-${at}.log`);
  const options = { env: cluster.env, signal, logFile };
  return {
    host,
    plan,
    archives: { ...archives },
    folder: recreationFolder(host.directories),
    programs,
    cluster,
    kubectl: describeKubectl(host, programs),
    options,
    run: (argv, more) => host.runner.run(argv, { ...options, ...more }),
  };
}

/**
 * Brings a recreation that was cut short to its end, before anything else is looked at: until the old cluster is deleted
 * back to that one, from then on to the new one. Answers what it came to. To be called with the lock held.
 */
export async function finishRecreation(
  host: Host,
  run: RecreationRun & { readonly size?: Partial<HostCapacity> },
): Promise<'nothing' | 'rolled back' | 'finished'> {
  const record = await readRecreation(host);
  if (record === undefined) return 'nothing';
  await awaitOrphans(host, run.signal);
  const engine = await observeEngine(host, run.signal);
  if (engine.daemon.kind !== 'answers') await bringEngineUp(host, run);
  const isDeleted = isPast(record.step, 'delete') || (await isGone(host, record, run));
  const saved = isDeleted ? resumeFromSaved(host, record) : undefined;
  host.ui.warn(
    saved !== undefined
      ? 'An earlier recreation of the cluster was cut short; what it saved is put back first'
      : 'An earlier recreation of the cluster was cut short before anything was deleted; what it paused goes on',
  );
  if (saved === undefined) {
    await rollBack(host, record, run);
    return 'rolled back';
  }
  await runRecreation(host, resumeAt(saved, run.size), run);
  return 'finished';
}

/** Without its volume, minikube would start an empty cluster in its place. */
async function isGone(host: Host, { plan }: RecreationRecord, { signal }: RecreationRun): Promise<boolean> {
  const { ours } = await requireOwnCluster(host, signal);
  return plan.settings.driver === 'docker' && !ours.some(({ kind }) => kind === 'volume');
}

/** Undefined where not all claims were saved before the cluster was gone. Images can be built again. */
function resumeFromSaved({ directories, ui }: Host, record: RecreationRecord): RecreationRecord | undefined {
  const { step, plan, archives } = record;
  if (isPast(step, 'delete')) return record;
  const { claim, images } = recreationFolder(directories);
  const isNoted = (file: string): boolean => basename(file) in archives;
  if (!isPast(step, 'save-claims') || !plan.claims.map(claim).every(isNoted)) return undefined;
  if (isNoted(images) || plan.images.length === 0) return { ...record, step: 'start' };
  ui.warn(`Images that were not saved before the cluster was gone: ${plan.images.join(', ')}`);
  return { ...record, step: 'start', plan: { ...plan, images: [] } };
}

function clusterGone({ directories }: Host): SparkDevError {
  return new SparkDevError('CLUSTER_ABSENT', 'The cluster was removed while it was being recreated', {
    why: `Docker has no volume ${profileName} any more. What had been saved is kept in ${recreationFolder(directories).root}.`,
    fix: [
      'If another Docker has it, go back to that one (docker context ls): spark-dev init --yes',
      'Give up the cluster and what was saved: spark-dev down --delete',
    ],
  });
}

/** What differed is put back once more. A cluster that is still to be started can have another size. */
function resumeAt(record: RecreationRecord, size: Partial<HostCapacity> | undefined): RecreationRecord {
  const step = record.step === 'verify' ? 'restore-images' : record.step;
  if (size === undefined || isPast(step, 'restore-images')) return { ...record, step };
  return { ...record, step, plan: { ...record.plan, size: { ...record.plan.size, ...size } } };
}

export function isPast(step: RecreationStep, mark: RecreationStep): boolean {
  return recreationSteps.indexOf(step) >= recreationSteps.indexOf(mark);
}
