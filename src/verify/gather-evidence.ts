import { join } from 'node:path';
import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { applyObjects, askKubectl, kubectl, runKubectl } from '../kube/kubectl.js';
import { roleLabel } from '../kube/labels.js';
import type { Host } from '../ports/host.js';
import { writePrivately } from '../runs/run-folder.js';
import { viewPod, viewRun, containerOf } from '../spark/outcome.js';
import { listLines } from '../text/words.js';
import { waitFor } from '../time/wait-for.js';
import { caseObjects, type PodYaml } from './case-objects.js';
import { podName, stateOf, watchCase } from './case-watch.js';
import type { CaseNames, CaseObject, VerifyCase } from './case.js';
import { lastWords, type Evidence } from './classify.js';
import { performSteps, type LiveCase } from './perform-steps.js';
import { bestEffort } from '../errors/disk-error.js';

/** One case in its namespace. */
export interface CaseRun {
  readonly host: Host;
  readonly cluster: PreparedCluster;
  readonly yaml: PodYaml;
  readonly runId: string;
  /** Parent of the folders of all cases. */
  readonly folder: string;
  readonly image: string;
  readonly heapMb: number;
  readonly isSabotaged: boolean;
  readonly signal: AbortSignal;
  /** Called once its pods are gone; its namespace takes a few seconds more. */
  readonly onRoomFree: () => void;
}

/** The suite allows three minutes on a dedicated machine; a laptop's cores are shared. */
const usualLimitS = 480;
const goneWithinMs = 60_000;
const applyWithinMs = 60_000;

/** Submits, watches to the end and reads all logs. The caller removes the objects. */
export async function gatherEvidence(
  one: VerifyCase,
  names: CaseNames,
  folder: string,
  run: CaseRun,
  watching: AbortSignal,
): Promise<Evidence> {
  const { host, cluster } = run;
  const { namespace } = names;
  const objects = caseObjects(one, names, run.yaml, run.heapMb);
  await bestEffort(host, 'Could not save the submission of the case', () =>
    writePrivately(join(folder, 'submission.json'), `${JSON.stringify(objects.submission, undefined, 2)}\n`),
  );
  await applyObjects(run, objects.ground, applyWithinMs);
  await awaitClaims(run, namespace, objects.ground);
  const pods = watchCase(host, await host.kube(cluster), namespace, watching);
  const limit = AbortSignal.timeout((one.limitS ?? usualLimitS) * 1000);
  const live = { host, cluster, namespace, pods, signal: AbortSignal.any([watching, limit]) };
  const troubles: string[] = [];
  try {
    for (const [index, helper] of (one.helpers ?? []).entries()) {
      await applyObjects(run, objects.helpers.slice(index, index + 1), applyWithinMs);
      await awaitHelper(helper, live);
    }
    await applyObjects(run, [objects.submission], applyWithinMs);
    troubles.push(...(await awaitEnd(one, live)));
  } catch (error) {
    run.signal.throwIfAborted();
    if (!limit.aborted) throw error;
    const states = pods.now.map((pod) => `${podName(pod)} is ${pod.status?.phase ?? 'missing'}`);
    troubles.push(`It timed out; ${states.length === 0 ? 'there was no pod' : states.join(', ')}`);
  }
  await pods.settle();
  const [driver] = pods.withRole('driver');
  const executors = pods.withRole('executor');
  const submit = pods.now.find((pod) => pod.metadata?.labels?.[roleLabel] === 'submit');
  if (driver === undefined && submit !== undefined)
    troubles.push(`Last lines of spark-submit: ${lastWords(pods.textOf(submit))}`);
  const left = troubles.length > 0 ? [] : await listLeft(one, names, run);
  await bestEffort(host, 'Could not save the logs of the case', () => pods.keepLogs(folder));
  return { driver, executors, logOf: pods.textOf, troubles, left };
}

/**
 * Waits until the claims are bound. If a pod is scheduled during the binding, the scheduler may forget it until it flushes
 * its queue of unschedulable pods, five minutes later (https://github.com/kubernetes/kubernetes/issues/87145).
 */
async function awaitClaims(run: CaseRun, namespace: string, objects: readonly CaseObject[]): Promise<void> {
  const claims = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(({ metadata }) => metadata.name);
  if (claims.length === 0) return;
  const bound = ['--for=jsonpath={.status.phase}=Bound', '--timeout=60s'];
  const argv = kubectl(run.cluster, namespace).argv('wait', 'persistentvolumeclaim', ...claims, ...bound);
  await runKubectl(run, argv, { timeoutMs: 70_000 });
}

/** Runs the steps alongside the application; the first failure ends the case. */
async function awaitEnd(one: VerifyCase, whole: LiveCase): Promise<readonly string[]> {
  const over = new AbortController();
  const live = { ...whole, signal: AbortSignal.any([whole.signal, over.signal]) };
  const { host, pods, signal } = live;
  const ended = pods.until(
    () => {
      const fatal = viewRun(pods.now).troubles.find(({ kind }) => kind !== 'unschedulable');
      if (fatal !== undefined) return [`${fatal.what}: ${fatal.why}`];
      return pods.withRole('driver').some((driver) => stateOf(driver) === 'ended') ? [] : undefined;
    },
    { signal },
  );
  const steps = performSteps(one, live);
  try {
    const failed = steps.then((troubles) => (troubles.length > 0 ? troubles : ended));
    const troubles = await Promise.race([ended, failed]);
    if (troubles.length > 0 || (one.steps ?? []).length === 0) return troubles;
    // a released driver may end before the call that released it returns
    const late = await Promise.race([steps, host.clock.sleep(one.held === true ? 5000 : 0, signal)]);
    return late ?? ['The driver ended before all steps were done'];
  } finally {
    over.abort();
  }
}

async function awaitHelper({ name, when }: NonNullable<VerifyCase['helpers']>[number], live: LiveCase): Promise<void> {
  const { pods, signal } = live;
  const progress = await pods.until(
    () => {
      const pod = pods.now.find((one) => podName(one) === name);
      const seen = pod && viewPod(pod, containerOf(pod)).progress;
      return seen?.state === 'ended' || (seen?.state === 'running' && when === 'beside') ? seen : undefined;
    },
    { signal },
  );
  if (progress.state === 'ended' && progress.exitCode !== 0)
    throw new SparkDevError('TOOL_FAILED', `The helper pod ${name} ended with exit code ${String(progress.exitCode)}`);
}

/** Deletes the driver, which owns everything that Spark created, and lists what should be gone with it. */
async function listLeft(one: VerifyCase, { namespace, driver }: CaseNames, run: CaseRun): Promise<readonly string[]> {
  if (one.noneLeft === undefined) return [];
  const inside = kubectl(run.cluster, namespace);
  const options = { timeoutMs: goneWithinMs };
  await runKubectl(run, inside.delete('pod', driver, '--wait=true'), options);
  const argv = inside.get(one.noneLeft.join(','), '--output=name', '--ignore-not-found');
  const list = async (): Promise<readonly string[]> => listLines(await askKubectl(run, argv, options));
  const limits = { everyMs: 1000, timeoutMs: goneWithinMs / 2, signal: run.signal };
  return waitFor(run.host.clock, list, { until: ({ length }) => length === 0, ...limits });
}
