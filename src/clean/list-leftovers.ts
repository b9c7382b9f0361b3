import type { ProviderName } from '../cluster/provider.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { describeReached, observeLeftovers } from './observe.js';
import { planClean } from './plan.js';

/** What `clean` would remove without any flag; nothing where the cluster does not say. */
export async function listLeftovers(
  host: Host,
  provider: ProviderName,
  answers: boolean,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const cluster = answers ? await describeReached(host, provider, signal) : undefined;
  try {
    const seen = await observeLeftovers(host, cluster, signal);
    return planClean(seen, [], cluster?.kubectl, { all: false, volumes: false }).flatMap(({ items }) => items);
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    return [];
  }
}
