import { resolve } from 'node:path';
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

const printVersion = 'import sys; print("%d.%d" % sys.version_info[:2])';

/** As spark-submit takes it: PYSPARK_PYTHON, otherwise the `python3` on the PATH. One interpreter serves driver and workers. */
export function nameOfPython({ env, directories }: Pick<Host, 'env' | 'directories'>): string {
  const named = env['PYSPARK_PYTHON'] ?? '';
  if (named === '') return 'python3';
  return named.includes('/') ? resolve(directories.working, named) : named;
}

/** Throws PYTHON_MISSING if this Spark does not support it. */
export async function findPython(host: Host, spark: SparkVersion, signal: AbortSignal): Promise<string> {
  const name = nameOfPython(host);
  const isNamed = name !== 'python3';
  const program = await host.runner.which(name);
  const missing = isNamed ? `PYSPARK_PYTHON is ${name}, which is not there` : 'there is no python3 on the PATH';
  const found = program === undefined ? missing : await askVersion(host, program, signal);
  const minor = /^3\.(\d+)$/.exec(found)?.[1];
  if (program !== undefined && minor !== undefined && Number(minor) >= spark.pythonMinor) return program;
  const needed = `3.${String(spark.pythonMinor)} or newer`;
  throw new SparkDevError('PYTHON_MISSING', 'There is no suitable Python', {
    why: `PySpark ${spark.version} needs Python ${needed}; ${minor === undefined ? found : `${program ?? ''} is ${found}`}.`,
    fix: [
      isNamed ? `Set PYSPARK_PYTHON to a Python ${needed}, or unset it` : `Put python3 ${needed} on the PATH`,
      'Run the Scala form: --lang scala',
    ],
  });
}

async function askVersion(host: Host, program: string, signal: AbortSignal): Promise<string> {
  try {
    return (await host.runner.run([program, '-c', printVersion], { signal, timeoutMs: 20_000 })).stdout.trim();
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    return `${program} does not run`;
  }
}
