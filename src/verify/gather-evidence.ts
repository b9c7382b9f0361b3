import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { applyObjects, askKubectl, kubectl, runKubectl } from '../kube/kubectl.js';
import { bestEffort } from '../errors/best-effort.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { writePrivately } from '../runs/run-folder.js';
import { awaitClaimsArgv } from './await-claims.js';
import { helperLabel } from './case-labels.js';
import { openCaseLogs, type CaseLogs } from './case-logs.js';
import type { CaseNames } from './case-names.js';
import type { CaseRun } from './case-run.js';
import { caseObjects, type SecretValues } from './case-objects.js';
import type { CaseObject, VerifyCase } from './case.js';
import type { Evidence } from './evidence.js';
import { lastWords } from './classify.js';
import { performSteps, type CaseContext } from './perform-steps.js';
import { fatalTrouble, podName, openPodHistory, stateOf, type PodHistory } from './pod-history.js';
import { listLines } from '../text/words.js';
import { roleLabel } from '../kube/labels.js';
import { waitFor } from '../time/wait-for.js';

/** The suite allows three minutes on a dedicated machine; a laptop's cores are shared. */
const limitMs = 480_000;
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
  const secretValues = inventSecrets(one);
  const objects = caseObjects(one, names, run.yaml, { heapMb: run.heapMb, secretValues });
  await bestEffort(host, 'Could not save the submission of the case', () =>
    writePrivately(join(folder, 'submission.json'), `${JSON.stringify(objects.submission, undefined, 2)}\n`),
  );
  await applyObjects(run, objects.ground, applyWithinMs);
  const awaitClaims = awaitClaimsArgv(cluster, objects.ground);
  if (awaitClaims !== undefined) await runKubectl(run, awaitClaims, { timeoutMs: 70_000 });
  const kube = await host.kube(cluster);
  const { namespace } = names;
  const logs: CaseLogs = openCaseLogs(kube, namespace, watching, () => {
    book.stir();
  });
  const book: PodHistory = openPodHistory(host, kube, namespace, watching, (pods) => {
    logs.see(pods);
  });
  const limit = AbortSignal.timeout(one.limitS === undefined ? limitMs : one.limitS * 1000);
  const signal = AbortSignal.any([watching, limit]);
  const stage: CaseContext = { host, cluster, namespace, book, logs, secretValues, signal };
  const troubles: string[] = [];
  try {
    for (const helper of objects.helpers) await startHelper(one, helper, run, book, signal);
    await applyObjects(run, [objects.submission], applyWithinMs);
    troubles.push(...(await race(one, stage)));
  } catch (error) {
    run.signal.throwIfAborted();
    if (!limit.aborted) throw error;
    troubles.push(`It timed out; ${describePodsShortly(book)}`);
  }
  await logs.settle(book.now);
  const submit = book.now.find((pod) => pod.metadata?.labels?.[roleLabel] === 'submit');
  if (book.driver() === undefined && submit !== undefined)
    troubles.push(`Last lines of spark-submit: ${lastWords(logs.textOf(podName(submit)))}`);
  const left = troubles.length > 0 ? [] : await countLeft(one, names, run);
  await bestEffort(host, 'Could not save the logs of the case', () => logs.keep(folder));
  const driver = book.driver();
  const executors = book.executors();
  return {
    driver,
    executors,
    driverLog: driver === undefined ? '' : logs.textOf(podName(driver)),
    executorLogs: new Map(executors.map((pod) => [podName(pod), logs.textOf(podName(pod))])),
    troubles,
    left,
  };
}

/** Runs the steps alongside the application; the first failure ends the case. */
async function race(one: VerifyCase, stage: CaseContext): Promise<readonly string[]> {
  const { book } = stage;
  const over = new AbortController();
  const signal = AbortSignal.any([stage.signal, over.signal]);
  const ended = book.until(
    () => {
      const trouble = fatalTrouble(book.now);
      if (trouble !== undefined) return [trouble];
      const driver = book.driver();
      return driver !== undefined && stateOf(driver) === 'ended' ? [] : undefined;
    },
    { signal },
  );
  const steps = performSteps(one, { ...stage, signal });
  steps.catch(() => undefined);
  try {
    const first = await Promise.race([
      ended.then((troubles) => ({ troubles, byItself: true })),
      steps.then((troubles) => ({ troubles, byItself: false })),
    ]);
    if (first.troubles.length > 0) return first.troubles;
    if (!first.byItself) return await ended;
    const hasSteps = (one.steps ?? []).length > 0;
    if (!hasSteps) return [];
    // a released driver may end before the call that released it returns
    const late = await Promise.race([steps, stage.host.clock.sleep(one.held === true ? 5000 : 0, stage.signal)]);
    return late ?? ['The driver ended before all steps were done'];
  } finally {
    over.abort();
    ended.catch(() => undefined);
  }
}

async function startHelper(
  { helpers = [] }: VerifyCase,
  pod: CaseObject,
  run: CaseRun,
  book: PodHistory,
  signal: AbortSignal,
): Promise<void> {
  const { name } = pod['metadata'] as { readonly name: string };
  const helper = helpers.find((one) => one.name === name);
  await applyObjects(run, [pod], applyWithinMs);
  const state = await book.until(
    () => {
      const seen = book.now.find((one) => one.metadata?.labels?.[helperLabel] === name);
      const now = seen === undefined ? 'waiting' : stateOf(seen);
      return now === 'ended' || (now === 'running' && helper?.when === 'beside') ? now : undefined;
    },
    { signal },
  );
  const code = book.seen.get(name)?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode;
  if (state === 'ended' && code !== 0)
    throw new SparkDevError('TOOL_FAILED', `The helper pod ${name} ended with exit code ${String(code)}`);
}

function inventSecrets({ secrets = {} }: VerifyCase): SecretValues {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, keys]) => [
      name,
      Object.fromEntries(keys.map((key) => [key, randomBytes(12).toString('hex')])),
    ]),
  );
}

/** Deletes the driver first: it owns everything that Spark created. */
async function countLeft(one: VerifyCase, { namespace, driver }: CaseNames, run: CaseRun): Promise<readonly string[]> {
  if (one.noneLeft === undefined) return [];
  const { host, cluster, signal } = run;
  const options = { timeoutMs: goneWithinMs };
  const inside = kubectl(cluster, namespace);
  await runKubectl(run, inside.delete('pod', driver, '--wait=true'), options);
  const argv = inside.get(one.noneLeft.join(','), '--output=name', '--ignore-not-found');
  const list = async (): Promise<readonly string[]> => listLines(await askKubectl(run, argv, options));
  const limits = { everyMs: 1000, timeoutMs: goneWithinMs / 2, signal };
  return waitFor(host.clock, list, { until: ({ length }) => length === 0, ...limits });
}

function describePodsShortly(book: PodHistory): string {
  const pods = book.now.map((pod) => `${podName(pod)} is ${pod.status?.phase ?? 'missing'}`);
  return pods.length === 0 ? 'there was no pod' : pods.join(', ');
}
