import type { Host } from '../ports/host.js';
import { describeDistribution } from '../toolchain/spark/distribution.js';
import { ensureSparkRuntime, type SparkRuntime } from '../toolchain/spark/runtime.js';
import { sparkVersion, type SparkVersion } from '../toolchain/spark/versions.js';
import type { Application } from './application.js';
import { compileScala, findCompiled } from './compile.js';
import type { BuiltMain, JobMain } from './job.js';

export interface BuiltApplication {
  readonly main: BuiltMain;
  readonly durationsMs: Readonly<Record<string, number>>;
}

/** Prepares what can be submitted: compiles a Scala file (which needs Spark and Java on this machine), takes everything else as it is. */
export async function buildApplication(
  host: Host,
  app: Application,
  signal: AbortSignal,
  spark: SparkVersion = sparkVersion,
): Promise<BuiltApplication> {
  if (app.kind !== 'scala') return { main: app, durationsMs: {} };
  const startedAt = host.clock.now();
  const compiled = await findCompiled(host, app, describeDistribution(host.directories, spark));
  if (compiled !== undefined) return { main: builtMain(app, compiled), durationsMs: {} };
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
  if (app.kind !== 'scala') return { main: app, durationsMs: {} };
  const startedAt = host.clock.now();
  const jar = await compileScala(host, app, runtime, signal);
  return { main: builtMain(app, jar), durationsMs: { compile: host.clock.now() - startedAt } };
}

/** A source becomes a jar of this machine, which may still have to be built. */
export function builtMain(main: JobMain, jar: string | undefined): BuiltMain {
  if (main.kind !== 'scala') return main;
  return { kind: 'jar', at: { where: 'here', path: jar ?? main.source }, mainClass: main.mainClass };
}
