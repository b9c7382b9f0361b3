import { currentSparkImage } from '../../images/catalog.js';
import type { Host } from '../../ports/host.js';
import type { SizeRequest } from '../provider.js';
import { type Recreation, observeContent, planRecreation } from './plan.js';
import { observeProfile } from '../minikube/profile.js';
import { resolveSource } from '../prepare/source.js';
import { describeParts } from '../prepare/parts.js';
import { requireOwnership, planVolume } from '../own-cluster.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { fitClusterSize, showCapacity } from '../../kube/size.js';
import { capacityOf } from '../minikube/plan.js';
import { describeTools, readRecreation, recreationFolder } from './record.js';
import { describeStartSpec } from '../prepare/desired.js';
import { startArgv } from '../minikube/argv.js';
import { type StepTimes, finishRecreation, runRecreation, isPast, rollBack } from './apply.js';
import { showBytes } from '../../text/sizes.js';

/** Plans from the running cluster; changes nothing. */
export async function describeRecreation(host: Host, { size, signal }: SizeRequest): Promise<Recreation> {
  const [{ daemon, programs, state, facts }, parts] = await Promise.all([
    observeProfile(host, signal),
    resolveSource(host).then((source) => describeParts(host, signal, source)),
  ]);
  if (state === 'foreign') await requireOwnership(host, signal);
  if (state !== 'running' || facts === undefined) {
    throw new SparkDevError(state === 'absent' ? 'CLUSTER_ABSENT' : 'CLUSTER_UNREACHABLE', `The cluster is ${state}`, {
      why: 'Only a running cluster shows what must be saved.',
      fix: [state === 'absent' ? 'spark-dev init --cpus … --memory …' : 'spark-dev init --yes', 'spark-dev status'],
    });
  }
  const before = { cpus: facts.cpus, memoryMb: facts.memoryMb };
  const fitted = fitClusterSize(capacityOf(host, daemon), { ...before, ...size });
  const tools = describeTools(host, programs, facts);
  const observed = await observeContent(host, tools, signal);
  const spec = describeStartSpec(host, parts, { size: fitted, settings: observed.settings });
  // a cluster start or init loads these anyway
  const official = parts.controlPlane.flatMap(({ recipe }) => recipe.officialName ?? []);
  const brought = new Set([...official, parts.spark.reference, currentSparkImage]);
  const start = [...(await planVolume(host, { verdict: 'absent' })), startArgv(tools.cluster, spec)];
  return planRecreation(observed, before, fitted, brought, { ...tools, start });
}

/**
 * Saves our data, deletes the cluster, starts it with another size and restores the data; first it lists what is kept and
 * lost, and asks. Any failure before the deletion returns to the old cluster; after it the journal stays, and the next call
 * (also `init`) continues. The caller must hold the lock.
 */
export async function recreateCluster(
  host: Host,
  request: SizeRequest,
): Promise<{ readonly recreation: Recreation; readonly tookMs: StepTimes }> {
  await finishRecreation(host, request);
  const recreation = await describeRecreation(host, request);
  const { plan, kept, lost, neededBytes, freeBytes } = recreation;
  if (!(neededBytes <= freeBytes)) {
    throw new SparkDevError('RESOURCES_SHORT', 'There is not enough disk space to save the data of the cluster', {
      why: `It needs ${showBytes(neededBytes)}; ${showBytes(freeBytes)} are free. Nothing was changed.`,
      fix: ['spark-dev clean', 'Use a folder on another disk: SPARK_DEV_HOME=/another/folder'],
      facts: { neededBytes, freeBytes },
    });
  }
  for (const line of kept) host.ui.say(`Kept: ${line}`);
  for (const line of lost) host.ui.say(`Lost: ${line}`);
  host.ui.say(`Disk space during the recreation: ${showBytes(neededBytes)} of ${showBytes(freeBytes)} free`);
  if (!(await host.ui.confirm(`Delete the cluster and recreate it with ${showCapacity(plan.size)}?`)))
    throw new SparkDevError('CANCELLED', 'Nothing was changed');
  try {
    return { recreation, tookMs: await runRecreation(host, { step: 'pause', plan, archives: {} }, request) };
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
    const { root } = recreationFolder(host.directories);
    host.ui.warn(`The saved data is in ${root}. To continue from here: spark-dev init --yes`);
  }
}
