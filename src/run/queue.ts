import type { V1ConfigMap, V1Pod } from '@kubernetes/client-node';
import { z } from 'zod';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { ObservedRuns } from '../clusters/observed-size.js';
import type { EarlierRun, QueueState } from '../fit/queue.js';
import type { JobShape } from '../fit/spark-pods.js';
import { createArgv, kubectl, runKubectl, type KubectlSession } from '../kube/kubectl.js';
import { homeLabel, roleLabel, runLabel, runLabels, sparkRoleLabel } from '../kube/labels.js';
import { hasEnded, readPodRequest } from '../kube/node-resources.js';
import type { Host } from '../ports/host.js';
import { tryJson } from '../files/read-json.js';
import { isRunLive } from '../runs/live-run.js';

const queueRole = 'queue';

/** Another home's run is not seen alive from here: without pods it is taken for dead after so long. */
const forgottenMs = 300_000;

type Session = KubectlSession & { readonly host: Host; readonly cluster: PreparedCluster };

/**
 * Notes the run in the cluster as long as the action lasts, so that runs begun at the same moment count each other's pods
 * before there are any. Cleaning up after the run removes the note with all that the run made.
 */
export async function inQueue<Value>(
  { host, cluster, signal }: Session,
  { runId, job }: { readonly runId: string; readonly job: JobShape },
  action: () => Promise<Value>,
): Promise<Value> {
  const name = `${runId}-queue`;
  const { namespace, home } = cluster;
  const labels = { ...runLabels(runId, home), [roleLabel]: queueRole };
  const note = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, labels },
    data: { job: JSON.stringify(job) },
  };
  await runKubectl({ host, cluster, signal }, createArgv(cluster), { input: JSON.stringify(note) });
  try {
    return await action();
  } catch (error) {
    const argv = kubectl(cluster, namespace).delete('configmap', name, '--ignore-not-found', '--wait=false');
    await runKubectl({ host, cluster }, argv).catch(() => undefined);
    throw error;
  }
}

/** The runs that were noted before this one and have not ended. */
export async function observeQueue(
  host: Host,
  cluster: PreparedCluster,
  runId: string,
  { pods, roomsAfter }: ObservedRuns,
): Promise<QueueState> {
  const kube = await host.kube(cluster);
  const notes = [...(await kube.listConfigMaps({ labels: `${roleLabel}=${queueRole}` }))].sort(byAge);
  const own = notes.findIndex((note) => runOf(note) === runId);
  const earlier = await Promise.all(
    notes.slice(0, own < 0 ? undefined : own).map((note) => readEarlierRun(host, cluster, note, pods)),
  );
  return { earlier: earlier.filter((run) => run !== undefined), roomsAfter };
}

/** A note is never changed, so its version is its place: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions */
function byAge(one: V1ConfigMap, other: V1ConfigMap): number {
  const [left, right] = [one, other].map(({ metadata }) => BigInt(metadata?.resourceVersion ?? '0'));
  return left === right ? 0 : (left ?? 0n) < (right ?? 0n) ? -1 : 1;
}

function runOf({ metadata }: V1ConfigMap | V1Pod): string {
  return metadata?.labels?.[runLabel] ?? '';
}

async function readEarlierRun(
  host: Host,
  cluster: PreparedCluster,
  note: V1ConfigMap,
  pods: readonly V1Pod[],
): Promise<EarlierRun | undefined> {
  const runId = runOf(note);
  const own = pods.filter((pod) => runOf(pod) === runId);
  const ofRole = (role: string): readonly V1Pod[] =>
    own.filter(({ metadata }) => metadata?.labels?.[sparkRoleLabel] === role);
  const [driver] = ofRole('driver');
  const job = readJob(note);
  if (job === undefined || (driver !== undefined && hasEnded(driver))) return undefined;
  if (own.length === 0 && !(await isAlive(host, cluster, note))) return undefined;
  return {
    runId,
    job,
    driver: driver && readPodRequest(driver),
    executors: ofRole('executor').filter((pod) => !hasEnded(pod)).length,
  };
}

async function isAlive(host: Host, cluster: PreparedCluster, note: V1ConfigMap): Promise<boolean> {
  if (note.metadata?.labels?.[homeLabel] === cluster.home) return isRunLive(host, runOf(note));
  return host.clock.now() - (note.metadata?.creationTimestamp?.getTime() ?? 0) < forgottenMs;
}

const podSchema = z.looseObject({ heapMb: z.number(), cores: z.number() });
const jobSchema = z.looseObject({
  language: z.string(),
  driver: podSchema,
  executor: podSchema,
  executors: z.number(),
});
const noteSchema = z.custom<JobShape>((value) => jobSchema.safeParse(value).success);

/** Undefined where another version wrote what this one does not read. */
function readJob({ data }: V1ConfigMap): JobShape | undefined {
  return noteSchema.safeParse(tryJson(data?.['job'] ?? '')).data;
}
