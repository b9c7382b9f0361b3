import type { V1ConfigMap, V1Pod } from '@kubernetes/client-node';
import { z } from 'zod';
import { answered, observeNodeSizes } from '../clusters/observed-size.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { mustWait, type EarlierRun, type QueueState } from '../fit/queue.js';
import { sparkPods } from '../fit/spark-pods.js';
import { createArgv, kubectl, runKubectl } from '../kube/kubectl.js';
import { homeLabel, roleLabel, runLabel, runLabels, sparkRoleLabel } from '../kube/labels.js';
import { hasEnded } from '../kube/node-resources.js';
import type { NamespaceSession } from '../namespaces/session.js';
import { isRunLive } from '../runs/live-run.js';
import { inStep } from '../steps/apply.js';
import { count } from '../text/words.js';
import { waitFor } from '../time/wait-for.js';
import type { FitDecision } from './fit-run.js';
import { tryJson } from '../files/paths.js';

interface QueuedRun {
  readonly runId: string;
  readonly fit: FitDecision;
}

const queueRole = 'queue';
const lookEveryMs = 2000;
const silenceLimitMs = 60_000;
/** Without pods, another home's run counts for so long: from here nobody sees whether its process lives. */
const forgottenMs = 300_000;

/**
 * Notes in the cluster what a run will ask for, so that runs begun at the same moment count each other's pods before they
 * exist. Cleaning up after the run removes the note with everything else that has its label.
 */
export async function joinQueue(session: NamespaceSession, { runId, fit }: QueuedRun): Promise<void> {
  const { namespace, home, provider } = session.cluster;
  if (provider.isShared) return;
  const { driver, executor, executors } = sparkPods(fit.job);
  const note: Note = { driver: driver.requests, executor: executor.requests, executors };
  const labels = { ...runLabels(runId, home), [roleLabel]: queueRole };
  const metadata = { name: nameOf(runId), namespace, labels };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { pods: JSON.stringify(note) } };
  await runKubectl(session, createArgv(session.cluster), { input: JSON.stringify(object) });
}

/** After a run that failed before its launcher began, which else removes the note with the run. */
export async function leaveQueue({ host, cluster }: NamespaceSession, { runId }: QueuedRun): Promise<void> {
  if (cluster.provider.isShared) return;
  const how = ['--ignore-not-found', '--wait=false'];
  await runKubectl({ host, cluster }, kubectl(cluster, cluster.namespace).delete('configmap', nameOf(runId), ...how));
}

/**
 * Ends as soon as the job has room next to earlier runs, and at once if waiting would not help. True after a wait. Throws
 * RESOURCES_SHORT for `--fit never`, and CLUSTER_UNREACHABLE after a minute without an answer.
 */
export async function awaitTurn(session: NamespaceSession, run: QueuedRun): Promise<boolean> {
  const { host, cluster, signal } = session;
  const { fit } = run;
  if (cluster.provider.isShared) return false;
  // it was fitted a moment ago: with nothing ahead, that holds
  if (fit.waits !== true && (await listAhead(session, run))?.length === 0) return false;
  const mustGoOn = (state: QueueState | undefined): boolean => state !== undefined && !mustWait(fit.job, state);
  const first = await observeQueue(session, run);
  if (first === undefined || mustGoOn(first)) return false;
  if (fit.mode === 'never')
    throw new SparkDevError('RESOURCES_SHORT', 'The job does not fit next to the runs that were started before it', {
      why: `Started before it: ${first.earlier.map(({ runId }) => runId).join(', ')}.`,
      fix: ['Wait for them: --fit wait', 'spark-dev cluster status'],
    });
  await inStep(host, 'Wait for other runs to end', async (step) => {
    let answeredAt = host.clock.now();
    const until = (state: QueueState | undefined): boolean => {
      if (state !== undefined) answeredAt = host.clock.now();
      else if (host.clock.now() - answeredAt > silenceLimitMs)
        throw new SparkDevError('CLUSTER_UNREACHABLE', `The cluster of context ${cluster.context} does not answer`, {
          why: 'The run was waiting for other runs to end.',
          fix: ['spark-dev status', 'spark-dev init --yes'],
        });
      const [next, ...more] = state?.earlier.map(({ runId }) => runId) ?? [];
      if (next !== undefined) step.progress(more.length === 0 ? next : `${next} and ${count(more.length, 'more run')}`);
      return mustGoOn(state);
    };
    const observe = (): Promise<QueueState | undefined> => observeQueue(session, run);
    await waitFor(host.clock, observe, { until, everyMs: lookEveryMs, timeoutMs: Infinity, signal });
  });
  return true;
}

/** Undefined if the cluster does not answer. */
async function observeQueue(session: NamespaceSession, run: QueuedRun): Promise<QueueState | undefined> {
  const { host, cluster, signal } = session;
  const { rooms, runs } = await observeNodeSizes(host, cluster, run.fit.limit, signal);
  // after the pods: a run that ends in between is counted by them
  const ahead = runs && (await listAhead(session, run));
  if (ahead === undefined) return undefined;
  const earlier = await Promise.all(ahead.map((note) => readEarlierRun(session, note, runs?.pods ?? [])));
  return { earlier: earlier.filter((one) => one !== undefined), rooms, roomsAfter: runs?.roomsAfter ?? [] };
}

/** The notes of the runs before this one. Undefined if the cluster does not answer. */
async function listAhead(
  { host, cluster, signal }: NamespaceSession,
  { runId }: QueuedRun,
): Promise<readonly V1ConfigMap[] | undefined> {
  const asked = host.kube(cluster).then((kube) => kube.listConfigMaps(`${roleLabel}=${queueRole}`));
  const notes = (await answered(signal, asked))?.toSorted(byAge);
  const own = notes?.findIndex((note) => runOf(note) === runId) ?? -1;
  return notes?.slice(0, own < 0 ? undefined : own);
}

/** A note never changes, so its version is its place: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions */
function byAge(one: V1ConfigMap, other: V1ConfigMap): number {
  const versionOf = ({ metadata }: V1ConfigMap): bigint => BigInt(metadata?.resourceVersion ?? '0');
  return versionOf(one) < versionOf(other) ? -1 : 1;
}

function nameOf(runId: string): string {
  return `${runId}-queue`;
}

function runOf({ metadata }: V1ConfigMap | V1Pod): string {
  return metadata?.labels?.[runLabel] ?? '';
}

const resources = z.object({ cpuMilli: z.number(), memoryMb: z.number() });
const noteSchema = z.object({ driver: resources, executor: resources, executors: z.number() });
type Note = z.infer<typeof noteSchema>;

/** Undefined for a run that has ended, or was killed before it had pods. */
async function readEarlierRun(
  session: NamespaceSession,
  note: V1ConfigMap,
  pods: readonly V1Pod[],
): Promise<EarlierRun | undefined> {
  const runId = runOf(note);
  const own = pods.filter((pod) => runOf(pod) === runId);
  const roleOf = ({ metadata }: V1Pod): string | undefined => metadata?.labels?.[sparkRoleLabel];
  const driver = own.find((pod) => roleOf(pod) === 'driver');
  const asks = noteSchema.safeParse(tryJson(note.data?.['pods'] ?? '')).data;
  if (asks === undefined || (driver !== undefined && hasEnded(driver))) return undefined;
  if (own.every(hasEnded) && !(await isAlive(session, note))) return undefined;
  const executors = own.filter((pod) => roleOf(pod) === 'executor' && !hasEnded(pod)).length;
  const missing = Array.from({ length: Math.max(0, asks.executors - executors) }, () => asks.executor);
  // in client mode the driver has no pod of its own: executors prove that it runs
  const hasDriver = driver !== undefined || executors > 0;
  return { runId, missing: hasDriver ? missing : [asks.driver, ...missing] };
}

async function isAlive({ host, cluster }: NamespaceSession, note: V1ConfigMap): Promise<boolean> {
  if (note.metadata?.labels?.[homeLabel] === cluster.home) return isRunLive(host, runOf(note));
  return host.clock.now() - new Date(note.metadata?.creationTimestamp ?? 0).getTime() < forgottenMs;
}
