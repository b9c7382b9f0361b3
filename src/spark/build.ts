import type { Host } from '../ports/host.js';
import { ensureSparkRuntime, type SparkRuntime } from '../toolchain/spark/runtime.js';
import { sparkVersion, type SparkVersion } from '../toolchain/spark/versions.js';
import type { Application } from './application.js';
import { compileScala } from './compile.js';

export interface BuiltApplication {
  /** The jar or the Python file. */
  readonly file: string;
  /** Absent for Python. */
  readonly mainClass: string | undefined;
  readonly durationsMs: Readonly<Record<string, number>>;
}

/** What can be submitted: a Python file as it is, a Scala file compiled (which needs Spark and a Java on this machine). */
export async function buildApplication(
  host: Host,
  app: Application,
  signal: AbortSignal,
  spark: SparkVersion = sparkVersion,
): Promise<BuiltApplication> {
  if (app.language === 'python') return { file: app.source, mainClass: undefined, durationsMs: {} };
  const startedAt = host.clock.now();
  const runtime = await ensureSparkRuntime(host, spark, signal);
  const resolve = host.clock.now() - startedAt;
  const built = await buildWith(host, app, runtime, signal);
  return { ...built, durationsMs: { resolve, ...built.durationsMs } };
}

export async function buildWith(
  host: Host,
  app: Application,
  runtime: SparkRuntime,
  signal: AbortSignal,
): Promise<BuiltApplication> {
  if (app.language === 'python') return { file: app.source, mainClass: undefined, durationsMs: {} };
  const startedAt = host.clock.now();
  const file = await compileScala(host, app, runtime, signal);
  return { file, mainClass: app.mainClass, durationsMs: { compile: host.clock.now() - startedAt } };
}
