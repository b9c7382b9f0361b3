import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import { kubernetesVersion } from '../../toolchain/source-tools.js';
import { chooseNodeImage } from '../prepare/desired.js';
import { startArgv } from '../minikube/argv.js';
import { describeParts, type ClusterParts } from '../prepare/parts.js';
import { lookAtProfile } from '../prepare/observe.js';
import { describeKubectl, describeMinikube, locatePrograms } from '../programs.js';
import { resolveSource } from '../prepare/source.js';
import { fitClusterSize, showCapacity, type HostCapacity } from '../../kube/size.js';
import { finishRecreation, isPast, rollBack, runRecreation, type StepTimes } from './apply.js';
import { observeContent } from './observe.js';
import { planRecreation, type Recreation } from './plan.js';
import { readRecreation, recreationFolder } from './record.js';
import { showBytes } from '../../text/sizes.js';
import { requireOwnCluster, planVolume } from '../own-cluster.js';
import { capacityOf } from '../minikube/plan.js';

export interface RecreationRequest {
  /** What is absent stays as it is. */
  readonly size: Partial<HostCapacity>;
  readonly signal: AbortSignal;
}

export interface Recreated {
  readonly recreation: Recreation;
  readonly tookMs: StepTimes;
}

/** Looks at the running cluster and plans; changes nothing. */
export async function describeRecreation(host: Host, { size, signal }: RecreationRequest): Promise<Recreation> {
  const [engine, programs, parts] = await Promise.all([
    observeEngine(host, signal),
    locatePrograms(host, signal),
    describeParts(host, signal, await resolveSource(host)),
  ]);
  const { state, facts } = await lookAtProfile(host, programs, engine.daemon.kind === 'answers', signal);
  if (state === 'foreign') await requireOwnCluster(host, signal);
  if (state !== 'running' || facts === undefined) throw notRunning(state);
  const before = { cpus: facts.cpus, memoryMb: facts.memoryMb };
  const fitted = fitClusterSize(capacityOf(host, engine), { ...before, ...size });
  const cluster = describeMinikube(host, programs);
  const kubectl = describeKubectl(host, programs);
  const observed = await observeContent(host, cluster, kubectl, signal);
  const start = startArgv({
    ...cluster,
    nodeImage: chooseNodeImage(parts),
    kubernetesVersion,
    size: fitted,
    asRoot: host.platform.uid === 0,
    settings: observed.settings,
  });
  return planRecreation(observed, {
    before,
    size: fitted,
    brought: listBrought(parts),
    tools: {
      minikube: cluster,
      kubectl,
      folder: recreationFolder(host.directories),
      start: [...(await planVolume(host, { verdict: 'absent' })), start],
      rights: join(host.directories.package, 'kustomize', 'rights'),
    },
  });
}

/**
 * Saves what is ours, deletes the cluster, starts it with another size and puts all back; asks before, with a list of what is
 * kept and what is lost. Before the deletion every failure leads back to the old cluster; after it the journal stays, and the
 * next call (`init` too) goes on. To be called with the lock held.
 */
export async function recreateCluster(host: Host, request: RecreationRequest): Promise<Recreated> {
  await finishRecreation(host, request);
  const recreation = await describeRecreation(host, request);
  requireDisk(recreation);
  sayConsequences(host, recreation);
  if (!(await host.ui.confirm(`Delete the cluster and make it anew with ${showCapacity(recreation.plan.size)}?`)))
    throw new SparkDevError('CANCELLED', 'Nothing was changed');
  const record = { step: 'pause', plan: recreation.plan, archives: {} } as const;
  try {
    return { recreation, tookMs: await runRecreation(host, record, request) };
  } catch (error) {
    await leaveWell(host);
    throw error;
  }
}

/** Also after a Ctrl-C: the way back is short, and the old cluster is worth it. */
async function leaveWell(host: Host): Promise<void> {
  const record = await readRecreation(host);
  if (record === undefined) return;
  if (!isPast(record.step, 'delete')) {
    host.ui.warn('Nothing is deleted yet; what was paused goes on');
    await rollBack(host, record, { signal: AbortSignal.timeout(120_000) });
  } else {
    host.ui.warn(
      `What was saved is in ${recreationFolder(host.directories).root}. This goes on from here: spark-dev init --yes`,
    );
  }
}

function sayConsequences(host: Host, { kept, lost, neededBytes, freeBytes }: Recreation): void {
  for (const line of kept) host.ui.say(`Kept: ${line}`);
  for (const line of lost) host.ui.say(`Lost: ${line}`);
  host.ui.say(`On the disk meanwhile: ${showBytes(neededBytes)} of ${showBytes(freeBytes)} that are free`);
}

function requireDisk({ neededBytes, freeBytes }: Recreation): void {
  if (neededBytes <= freeBytes) return;
  throw new SparkDevError('RESOURCES_SHORT', 'The disk has too little room for what is to be saved', {
    why: `Needed are ${showBytes(neededBytes)}, free are ${showBytes(freeBytes)}. Nothing was changed.`,
    fix: ['spark-dev clean', 'Put the folders on another disk: SPARK_DEV_HOME=/another/folder'],
    facts: { neededBytes, freeBytes },
  });
}

/** The start and init bring them, whatever was in the old cluster. */
function listBrought(parts: ClusterParts): ReadonlySet<string> {
  const official = parts.controlPlane.flatMap(({ recipe }) => recipe.officialName ?? []);
  return new Set([...official, parts.spark.reference]);
}

function notRunning(state: string): SparkDevError {
  return new SparkDevError(state === 'absent' ? 'CLUSTER_ABSENT' : 'CLUSTER_UNREACHABLE', `The cluster is ${state}`, {
    why: 'Only what runs can be looked into for what is to be kept.',
    fix: [state === 'absent' ? 'spark-dev init --cpus … --memory …' : 'spark-dev init --yes', 'spark-dev status'],
  });
}
