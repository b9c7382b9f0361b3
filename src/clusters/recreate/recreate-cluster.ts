import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import { kubernetesVersion } from '../../toolchain/source-tools.js';
import { chooseNodeImage } from '../prepare/desired.js';
import { startArgv } from '../minikube/argv.js';
import { describeParts, type ClusterParts } from '../prepare/parts.js';
import { lookAtProfile } from '../minikube/profile.js';
import { describeKubectl, describeMinikube, locatePrograms } from '../programs.js';
import { resolveSource } from '../prepare/source.js';
import { fitClusterSize, showCapacity, type HostCapacity } from '../../kube/size.js';
import { finishRecreation, isPast, rollBack, runRecreation, type StepTimes } from './apply.js';
import { observeContent } from './observe.js';
import { planRecreation, type Recreation } from './plan.js';
import { readRecreation, recreationFolder } from './record.js';
import { showBytes } from '../../text/sizes.js';
import { requireOwnership, planVolume } from '../own-cluster.js';
import { capacityOf } from '../minikube/plan.js';

export interface RecreationRequest {
  /** Absent figures stay unchanged. */
  readonly size: Partial<HostCapacity>;
  readonly signal: AbortSignal;
}

export interface Recreated {
  readonly recreation: Recreation;
  readonly tookMs: StepTimes;
}

/** Plans from the running cluster; changes nothing. */
export async function describeRecreation(host: Host, { size, signal }: RecreationRequest): Promise<Recreation> {
  const [engine, programs, parts] = await Promise.all([
    observeEngine(host, signal),
    locatePrograms(host, signal),
    resolveSource(host).then((source) => describeParts(host, signal, source)),
  ]);
  const { state, facts } = await lookAtProfile(host, programs, engine.daemon.kind === 'answers', signal);
  if (state === 'foreign') await requireOwnership(host, signal);
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
 * Saves our data, deletes the cluster, starts it with another size and restores the data; first it lists what is kept and
 * lost, and asks. Any failure before the deletion returns to the old cluster; after it the journal stays, and the next call
 * (also `init`) continues. The caller must hold the lock.
 */
export async function recreateCluster(host: Host, request: RecreationRequest): Promise<Recreated> {
  await finishRecreation(host, request);
  const recreation = await describeRecreation(host, request);
  requireDisk(recreation);
  sayConsequences(host, recreation);
  if (!(await host.ui.confirm(`Delete the cluster and recreate it with ${showCapacity(recreation.plan.size)}?`)))
    throw new SparkDevError('CANCELLED', 'Nothing was changed');
  const record = { step: 'pause', plan: recreation.plan, archives: {} } as const;
  try {
    return { recreation, tookMs: await runRecreation(host, record, request) };
  } catch (error) {
    await leaveWell(host);
    throw error;
  }
}

/** Also after Ctrl-C: the rollback is short. */
async function leaveWell(host: Host): Promise<void> {
  const record = await readRecreation(host);
  if (record === undefined) return;
  if (!isPast(record.step, 'delete')) {
    host.ui.warn('Nothing was deleted; resuming the paused workloads');
    await rollBack(host, record, { signal: AbortSignal.timeout(120_000) });
  } else {
    host.ui.warn(
      `The saved data is in ${recreationFolder(host.directories).root}. To continue from here: spark-dev init --yes`,
    );
  }
}

function sayConsequences(host: Host, { kept, lost, neededBytes, freeBytes }: Recreation): void {
  for (const line of kept) host.ui.say(`Kept: ${line}`);
  for (const line of lost) host.ui.say(`Lost: ${line}`);
  host.ui.say(`Disk space during the recreation: ${showBytes(neededBytes)} of ${showBytes(freeBytes)} free`);
}

function requireDisk({ neededBytes, freeBytes }: Recreation): void {
  if (neededBytes <= freeBytes) return;
  throw new SparkDevError('RESOURCES_SHORT', 'There is not enough disk space to save the data of the cluster', {
    why: `It needs ${showBytes(neededBytes)}; ${showBytes(freeBytes)} are free. Nothing was changed.`,
    fix: ['spark-dev clean', 'Use a folder on another disk: SPARK_DEV_HOME=/another/folder'],
    facts: { neededBytes, freeBytes },
  });
}

/** A cluster start or init loads these anyway. */
function listBrought(parts: ClusterParts): ReadonlySet<string> {
  const official = parts.controlPlane.flatMap(({ recipe }) => recipe.officialName ?? []);
  return new Set([...official, parts.spark.reference]);
}

function notRunning(state: string): SparkDevError {
  return new SparkDevError(state === 'absent' ? 'CLUSTER_ABSENT' : 'CLUSTER_UNREACHABLE', `The cluster is ${state}`, {
    why: 'Only a running cluster shows what must be saved.',
    fix: [state === 'absent' ? 'spark-dev init --cpus … --memory …' : 'spark-dev init --yes', 'spark-dev status'],
  });
}
