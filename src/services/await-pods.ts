import type { V1Pod } from '@kubernetes/client-node';
import { showResources } from '../kube/resources.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { withPods } from '../kube/pods.js';
import type { NamespaceSession } from '../namespaces/session.js';
import { viewPod, type Trouble } from '../spark/outcome.js';

export type PodTrouble =
  Trouble | { readonly kind: 'crash'; readonly pod: string; readonly what: string; readonly why: string };

export interface PodLook<Value> {
  /** Ends the wait. */
  readonly found?: Value | undefined;
  readonly note: string;
  readonly trouble?: PodTrouble | undefined;
}

export interface PodsRequest<Value> {
  /** Kubernetes label selector. */
  readonly labels: string;
  /** May throw to give up. */
  readonly look: (pods: readonly V1Pod[]) => PodLook<Value>;
  readonly onNote: (note: string) => void;
}

const startsWithinMs = 120_000;
/** Another pod may be about to end. */
const roomWithinMs = 20_000;

/** Throws if the pods cannot run, or do not run within two minutes. */
export async function awaitPods<Value>(
  { host, cluster, signal }: NamespaceSession,
  { labels, look, onNote }: PodsRequest<Value>,
): Promise<Value> {
  const kube = await host.kube(cluster);
  let seen: PodLook<Value> = { note: 'missing' };
  const ask = (pods: readonly V1Pod[]): Value | undefined => {
    seen = look(pods);
    onNote(seen.note);
    if (seen.trouble !== undefined && seen.trouble.kind !== 'unschedulable') throw explainPod(seen.trouble, cluster);
    return seen.found;
  };
  const onBroken = (why: string): void => {
    seen = { ...seen, note: why };
  };
  const selection = { namespace: cluster.namespace, labels };
  const found = await withPods(host, kube, selection, { signal, onBroken }, async (pods) => {
    const soon = await pods.until(ask, { timeoutMs: roomWithinMs });
    if (soon !== undefined || seen.trouble?.kind === 'unschedulable') return soon;
    return pods.until(ask, { timeoutMs: startsWithinMs - roomWithinMs });
  });
  if (found !== undefined) return found;
  if (seen.trouble !== undefined) throw explainPod(seen.trouble, cluster);
  throw new SparkDevError('TIMED_OUT', `The pod did not run within ${String(startsWithinMs / 1000)} s`, {
    why: `Last state: ${seen.note}.`,
    fix: ['spark-dev status', 'spark-dev doctor'],
  });
}

/** Returns the name of the pod with these labels once its container runs. */
export async function awaitRunning(
  session: NamespaceSession,
  { container, ...request }: Omit<PodsRequest<string>, 'look'> & { readonly container: string },
): Promise<string> {
  const look = (pods: readonly V1Pod[]): PodLook<string> => {
    const pod = pods.find(({ metadata }) => metadata?.deletionTimestamp === undefined);
    if (pod === undefined) return { note: 'missing' };
    const { progress, troubles } = viewPod(pod, container);
    if (progress.state === 'running') return { note: progress.state, found: pod.metadata?.name };
    if (progress.state === 'ended') throw endedAtOnce(pod, progress.reason);
    return { note: progress.note, trouble: troubles[0] };
  };
  return awaitPods(session, { ...request, look });
}

function explainPod(trouble: PodTrouble, { context, namespace }: PreparedCluster): SparkDevError {
  const { kind, pod, what, why } = trouble;
  switch (kind) {
    case 'unschedulable':
      return new SparkDevError('RESOURCES_SHORT', what, {
        why: `It requests ${showResources(trouble.asks)}. ${why}`,
        fix: ['spark-dev status', 'Request less memory, or wait for other runs to end', 'spark-dev cluster resize'],
        facts: { pod, asks: trouble.asks },
      });
    case 'crash': {
      const log = `kubectl --context ${context} --namespace ${namespace} logs ${pod} --previous`;
      return new SparkDevError('TOOL_FAILED', what, { why, fix: [log], facts: { pod } });
    }
    case 'image': {
      const fix = ['spark-dev images build', 'spark-dev init --yes'];
      return new SparkDevError('IMAGE_MISSING', what, { why, fix, facts: { pod } });
    }
    default:
      return new SparkDevError('JOB_FAILED', what, { why, fix: ['spark-dev init --yes'], facts: { pod } });
  }
}

function endedAtOnce({ metadata, status }: V1Pod, reason: string): SparkDevError {
  return new SparkDevError('JOB_FAILED', `The pod ${metadata?.name ?? ''} ended right after it started`, {
    why: status?.message ?? (reason === '' ? 'Kubernetes gave no reason.' : reason),
    fix: ['spark-dev status', 'Run it again'],
  });
}
