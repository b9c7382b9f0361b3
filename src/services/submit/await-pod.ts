import type { V1Pod } from '@kubernetes/client-node';
import { showResources } from '../../kube/resources.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { withPods } from '../../kube/pods.js';
import type { Host } from '../../ports/host.js';
import { viewPod, type Trouble } from '../../spark/outcome.js';

export interface PodRequest {
  /** Kubernetes label selector that finds this pod alone. */
  readonly labels: string;
  readonly container: string;
  /** One that is already there and does not count. */
  readonly not?: string | undefined;
  readonly onNote: (note: string) => void;
  readonly signal: AbortSignal;
}

const startsWithinMs = 120_000;
/** Another pod may be just about to go. */
const roomWithinMs = 20_000;

/** The name of the pod, once its container runs; throws when it will not, or has not in two minutes. */
export async function awaitRunning(host: Host, cluster: PreparedCluster, request: PodRequest): Promise<string> {
  const kube = await host.kube(cluster);
  const seen: { note: string; trouble?: Trouble | undefined } = { note: 'not there' };
  const look = (pods: readonly V1Pod[]): string | undefined => {
    const pod = pods.find(
      ({ metadata }) => metadata?.name !== request.not && metadata?.deletionTimestamp === undefined,
    );
    if (pod === undefined) return undefined;
    const { progress, troubles } = viewPod(pod, request.container);
    [seen.trouble] = troubles;
    seen.note = progress.state === 'waiting' ? progress.note : progress.state;
    request.onNote(seen.note);
    if (progress.state === 'running') return pod.metadata?.name;
    if (seen.trouble !== undefined && seen.trouble.kind !== 'unschedulable') throw explainPod(seen.trouble);
    if (progress.state === 'ended') throw endedAtOnce(pod, progress.reason);
    return undefined;
  };
  const onBroken = (why: string): void => {
    seen.note = why;
  };
  const selection = { namespace: cluster.namespace, labels: request.labels };
  const running = await withPods(host, kube, selection, { signal: request.signal, onBroken }, async (pods) => {
    const soon = await pods.until(look, { timeoutMs: roomWithinMs });
    if (soon !== undefined || seen.trouble?.kind === 'unschedulable') return soon;
    return pods.until(look, { timeoutMs: startsWithinMs - roomWithinMs });
  });
  if (running !== undefined) return running;
  if (seen.trouble !== undefined) throw explainPod(seen.trouble);
  throw new SparkDevError('TIMED_OUT', `The pod did not run within ${String(startsWithinMs / 1000)} s`, {
    why: `What was seen of it last: ${seen.note}.`,
    fix: ['spark-dev status', 'spark-dev doctor'],
  });
}

function explainPod(trouble: Trouble): SparkDevError {
  if (trouble.kind === 'unschedulable') {
    return new SparkDevError('RESOURCES_SHORT', trouble.what, {
      why: `It asks for ${showResources(trouble.asks)}. ${trouble.why}`,
      fix: ['spark-dev status', 'Ask for less memory, or wait for other runs to end', 'spark-dev cluster resize'],
      facts: { pod: trouble.pod, asks: trouble.asks },
    });
  }
  const missing = trouble.kind === 'image';
  return new SparkDevError(missing ? 'IMAGE_MISSING' : 'JOB_FAILED', trouble.what, {
    why: trouble.why,
    fix: missing ? ['spark-dev images build', 'spark-dev init --yes'] : ['spark-dev init --yes'],
    facts: { pod: trouble.pod },
  });
}

function endedAtOnce({ metadata, status }: V1Pod, reason: string): SparkDevError {
  return new SparkDevError('JOB_FAILED', `The pod ${metadata?.name ?? ''} ended before anything could run in it`, {
    why: status?.message ?? (reason === '' ? 'It gave no reason.' : reason),
    fix: ['spark-dev status', 'Run it again'],
  });
}
