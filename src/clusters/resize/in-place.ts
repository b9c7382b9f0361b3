import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { closeEntry, readEntry, writeEntry } from '../../journal/journal.js';
import { withLock } from '../../journal/lock.js';
import type { Host } from '../../ports/host.js';
import type { GrowRequest, SizeRequest } from '../provider.js';
import type { HostCapacity } from '../../kube/size.js';
import { finishRecreation } from '../recreate/apply.js';
import { applyResize, type PlannedResize } from './apply.js';
import { observeResize } from './observe.js';
import { planResize } from './plan.js';
import { requireOwnership } from '../own-cluster.js';
import type { InitResize, Preparation } from '../prepare/plan.js';
import { profileFile, readProfileConfig, keepProfile } from '../minikube/profile-config.js';

export interface Resized {
  readonly before: HostCapacity;
  readonly after: HostCapacity;
  readonly isRunning: boolean;
  /** Milliseconds by step; empty if there was nothing to do. */
  readonly durationsMs: Readonly<Record<string, number>>;
}

const entrySchema = z.object({ cpus: z.number(), memoryMb: z.number() });

/** The size of an unfinished resize; undefined if there is none. */
export function readUnfinishedResize(host: Host): Promise<HostCapacity | undefined> {
  return readEntry(host, 'resize-cluster', entrySchema);
}

/** Only a container's limit can change while it runs; a virtual machine must be recreated. */
export async function canResizeInPlace(host: Host): Promise<boolean> {
  const profile = await readProfileConfig(host).catch(() => undefined);
  return profile === undefined || profile.driver === 'docker';
}

/** Absent figures stay unchanged, or as in an unfinished resize. Looks and plans; changes nothing. Throws RESOURCES_SHORT for less than is in use, or more than the machine has. */
export async function planResizeInPlace(host: Host, request: SizeRequest): Promise<PlannedResize> {
  const unfinished = await readUnfinishedResize(host);
  const seen = await observeResize(host, request.signal);
  const plan = planResize(seen, { ...unfinished, ...request.size }, profileFile(host));
  return { ...plan, seen, isResumed: unfinished !== undefined };
}

/** Grows or shrinks the running cluster; pods, claims and images stay, and running jobs continue. */
export function resizeInPlace(host: Host, request: GrowRequest): Promise<Resized> {
  return withLock(host, { ...request.lock, signal: request.signal }, () => resizeHoldingLock(host, request));
}

/** The caller holds the lock. */
async function resizeHoldingLock(host: Host, request: SizeRequest): Promise<Resized> {
  await finishRecreation(host, request);
  const planned = await planResizeInPlace(host, request);
  const { before, target, steps } = planned;
  const { cpus, memoryMb } = target;
  if (planned.isResumed) host.ui.warn('An earlier resize was interrupted; finishing it');
  await requireOwnership(host, request.signal);
  if (steps.length > 0) await writeEntry(host, 'resize-cluster', { cpus, memoryMb });
  const durationsMs = await applyResize(host, planned, request.signal);
  // the backup copy of the profile must have the new size
  await keepProfile(host.directories);
  await closeEntry(host, 'resize-cluster');
  return { before, after: { cpus, memoryMb }, isRunning: planned.seen.state === 'running', durationsMs };
}

/** Undefined if the cluster has the requested size or none was requested, and no resize is unfinished. */
export async function planInitResize(
  host: Host,
  { observed }: Preparation,
  request: SizeRequest,
): Promise<InitResize | undefined> {
  const isAsked = Object.keys(request.size).length > 0;
  if (observed.profile === 'absent' || (!isAsked && (await readUnfinishedResize(host)) === undefined)) return undefined;
  const isSeen = observed.engineAnswers && (observed.profile === 'running' || observed.profile === 'stopped');
  const apply = async (): Promise<Resized['durationsMs']> => (await resizeHoldingLock(host, request)).durationsMs;
  if (!isSeen) return { steps: [], when: 'last', apply };
  try {
    const { steps, isResumed } = await planResizeInPlace(host, request);
    return steps.length === 0 && !isResumed ? undefined : { steps, when: 'first', apply };
  } catch (error) {
    if (isAsked || !(error instanceof SparkDevError) || error.code !== 'RESOURCES_SHORT') throw error;
    // an interrupted resize must not block the existing cluster
    host.ui.warn(`The interrupted resize is postponed: ${error.what}. ${error.why ?? ''}`);
    return undefined;
  }
}
