import { randomBytes } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import { applyInputArgv, applyObjects, kubectl, runKubectl } from '../kube/kubectl.js';
import { withPods } from '../kube/pods.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Argv } from '../ports/runner.js';
import { checkContainer, checkPodObject, parseAnswers, type CheckPod } from './check-pod.js';
import type { NamespaceSession } from './session.js';
import { ownSelector } from '../kube/labels.js';

export interface InsideAnswer {
  /** By verb and resource; what is missing was not asked any more. */
  readonly allowed: ReadonlyMap<string, boolean>;
  /** Why the pod could not ask, or not to its end. */
  readonly trouble: string | undefined;
}

const endsWithinMs = 60_000;
const tidiedWithinMs = 30_000;

export function describeCheckPod({ cluster }: NamespaceSession, namespace: string): CheckPod {
  const { serviceAccount, sparkImage: image } = cluster;
  return { name: `rights-check-${randomBytes(3).toString('hex')}`, namespace, serviceAccount, image };
}

export function checkPodArgvs(
  { cluster }: NamespaceSession,
  pod: CheckPod,
): { readonly make: Argv; readonly remove: Argv } {
  const how = ['--ignore-not-found', '--wait=false', '--grace-period=1'];
  return { make: applyInputArgv(cluster), remove: kubectl(cluster, pod.namespace).delete('pod', pod.name, ...how) };
}

/** From a pod with the account's own token; that the pod comes up at all proves quota, Pod Security and image. */
export async function checkInside(session: NamespaceSession, pod: CheckPod): Promise<InsideAnswer> {
  const said = await runAskingPod(session, pod, checkPodObject(pod));
  return said.trouble === undefined ? parseAnswers(said.lines) : { allowed: new Map(), trouble: said.trouble };
}

export interface PodAnswer {
  readonly lines: readonly string[];
  /** Why the pod could not ask. */
  readonly trouble: string | undefined;
}

/** What a pod of ours said until its end; it is gone afterwards. */
export async function runAskingPod(session: NamespaceSession, pod: CheckPod, object: object): Promise<PodAnswer> {
  const { host, cluster, signal } = session;
  try {
    await applyObjects(session, object);
    const end = await awaitEnd(session, pod);
    if (end !== 'ended') return { lines: [], trouble: end };
    const lines: string[] = [];
    const kube = await host.kube(cluster);
    const container = { namespace: pod.namespace, pod: pod.name, container: checkContainer };
    await kube.streamLog(container, { follow: false, onLine: (line) => lines.push(line), signal });
    return { lines, trouble: undefined };
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    return { lines: [], trouble: `the pod was refused: ${error.why ?? error.what}` };
  } finally {
    const { remove } = checkPodArgvs(session, pod);
    await runKubectl({ host, cluster }, remove, { timeoutMs: tidiedWithinMs }).catch(() => undefined);
  }
}

/** `ended`, or why it will not come to that. */
async function awaitEnd({ host, cluster, signal }: NamespaceSession, pod: CheckPod): Promise<string> {
  let seen = 'the pod never came';
  const look = (pods: readonly V1Pod[]): string | undefined => {
    const found = pods.find(({ metadata }) => metadata?.name === pod.name);
    if (found !== undefined) seen = describe(found);
    return seen === 'ended' || seen.startsWith('ErrImage') ? seen : undefined;
  };
  const selection = { namespace: pod.namespace, labels: ownSelector };
  const kube = await host.kube(cluster);
  await withPods(host, kube, selection, { signal }, (pods) => pods.until(look, { timeoutMs: endsWithinMs }));
  return seen;
}

function describe({ status }: V1Pod): string {
  const state = status?.containerStatuses?.[0]?.state;
  if (state?.terminated !== undefined) return 'ended';
  const waiting = state?.waiting;
  if (waiting?.reason !== undefined) return `${waiting.reason}: ${waiting.message ?? 'the pod waits'}`;
  const unscheduled = status?.conditions?.find(
    ({ type, status: value }) => type === 'PodScheduled' && value === 'False',
  );
  return unscheduled?.message ?? `the pod is ${status?.phase ?? 'not there yet'}`;
}
