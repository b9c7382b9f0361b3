import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { ensureJava, type Java } from './java.js';
import { ensureDistribution, type SparkDistribution } from './distribution.js';
import type { SparkVersion } from './versions.js';

export interface SparkRuntime {
  readonly java: Java;
  readonly distribution: SparkDistribution;
}

/** Spark and a Java that runs it; reports everything that is unavailable at once. */
export async function ensureSparkRuntime(host: Host, spark: SparkVersion, signal: AbortSignal): Promise<SparkRuntime> {
  const [distribution, java] = await Promise.allSettled([
    ensureDistribution(host, spark, signal),
    ensureJava(host, spark, signal),
  ]);
  if (distribution.status === 'fulfilled' && java.status === 'fulfilled')
    return { distribution: distribution.value, java: java.value };
  throw joinFailures([distribution, java].flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])));
}

function joinFailures(failures: readonly unknown[]): unknown {
  const downloads = failures.filter(
    (one) => one instanceof SparkDevError && one.code === 'DOWNLOAD_FAILED',
  ) as SparkDevError[];
  const [first] = downloads;
  if (first === undefined || failures.length === 1) return failures[0];
  // failures that no network would fix come first
  if (downloads.length < failures.length) return failures.find((one) => one !== first);
  const missing = downloads.map((one) => one.facts?.['name']);
  const what = `${missing.join(' and ')} are not in the cache and cannot be downloaded`;
  const why = downloads.map((one) => one.why).join('\n');
  return new SparkDevError('DOWNLOAD_FAILED', what, { why, fix: first.fix, cause: first, facts: { missing } });
}
