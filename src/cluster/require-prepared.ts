import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { findPreparedCluster, type PreparedCluster } from './prepared.js';

const answerWithinMs = 10_000;

/** The cluster for commands that work on nothing else; throws CLUSTER_ABSENT. */
export async function requirePreparedCluster(
  host: Host,
  options: { readonly signal: AbortSignal; readonly namespace?: string | undefined },
): Promise<PreparedCluster> {
  const answer = await findPreparedCluster(host, { ...options, timeoutMs: answerWithinMs });
  if ('found' in answer) return answer.found;
  throw new SparkDevError('CLUSTER_ABSENT', 'There is no prepared cluster', {
    why: `${answer.absent.charAt(0).toUpperCase()}${answer.absent.slice(1)}.`,
    fix: ['spark-dev status', 'spark-dev init --yes'],
  });
}
