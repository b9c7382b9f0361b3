import { createHost } from '../../src/host.js';
import { type PreparedCluster } from '../../src/clusters/prepared.js';
import type { Host } from '../../src/ports/host.js';
import { findPreparedCluster } from '../../src/clusters/providers.js';

/** The real host and the cluster that init prepared; without one the suite fails, it does not skip. */
export async function requirePrepared(): Promise<{ readonly host: Host; readonly cluster: PreparedCluster }> {
  const host = createHost({ verbosity: 1, yes: true, input: false });
  const answer = await findPreparedCluster(host, { provider: undefined, timeoutMs: 10_000 });
  if ('absent' in answer) throw new Error(`The real suite needs the cluster (spark-dev init --yes): ${answer.absent}`);
  return { host, cluster: answer.found };
}
