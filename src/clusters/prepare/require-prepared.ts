import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { ClusterAbsence, PreparedCluster } from '../prepared.js';
import { findPreparedCluster } from '../providers.js';
import { capitalise } from '../../text/words.js';

const answerWithinMs = 10_000;

/** The cluster, for commands that need one; throws CLUSTER_ABSENT or CLUSTER_UNREACHABLE. */
export async function requirePreparedCluster(
  host: Host,
  request: Parameters<typeof findPreparedCluster>[1],
): Promise<PreparedCluster> {
  const answer = await findPreparedCluster(host, { ...request, timeoutMs: answerWithinMs });
  if ('found' in answer) return answer.found;
  throw explainAbsence(answer, ['spark-dev status', 'spark-dev init --yes']);
}

/** Distinguishes a busy or stopped cluster from a missing one. */
export function explainAbsence(absence: ClusterAbsence, fix: readonly string[]): SparkDevError {
  const { absent, isSilent = false } = absence;
  return new SparkDevError(
    isSilent ? 'CLUSTER_UNREACHABLE' : 'CLUSTER_ABSENT',
    isSilent ? 'The cluster is not available now' : 'There is no prepared cluster',
    { why: `${capitalise(absent)}.`, fix: nameProvider(absence, fix) },
  );
}

/** Without the provider, init would use the default one. */
export function nameProvider({ provider }: ClusterAbsence, fix: readonly string[]): readonly string[] {
  return fix.map((line) =>
    provider !== undefined && line.startsWith('spark-dev ') ? `${line} --provider ${provider}` : line,
  );
}
