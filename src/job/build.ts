import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { isThere } from '../files/paths.js';
import { describeDistribution, isDistributionThere } from '../toolchain/spark/distribution.js';
import { findJava, managedJavaProgram } from '../toolchain/spark/java.js';
import { ensureSparkRuntime, type SparkRuntime } from '../toolchain/spark/runtime.js';
import { sparkVersion, type SparkVersion } from '../toolchain/spark/versions.js';
import type { Application } from './application.js';
import { compileScala, isSoundJar, jarPath, scalacArgv, type ScalaApplication } from './compile.js';
import type { BuiltMain } from './job.js';

export interface BuiltApplication {
  readonly main: BuiltMain;
  readonly durationsMs: Readonly<Record<string, number>>;
}

export interface BuildPlan {
  /** What would be downloaded first. */
  readonly fetches: readonly string[];
  readonly commands: readonly Argv[];
  /** Its jar may not exist yet. */
  readonly main: BuiltMain;
}

/** Prepares what can be submitted: compiles a Scala file (which needs Spark and Java on this machine), takes everything else as it is. */
export async function buildApplication(
  host: Host,
  app: Application,
  signal: AbortSignal,
  spark: SparkVersion = sparkVersion,
): Promise<BuiltApplication> {
  const startedAt = host.clock.now();
  const main = await findBuilt(host, app, spark);
  if (main !== undefined) return { main, durationsMs: {} };
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
  return { main: mainIn(jar, app), durationsMs: { compile: host.clock.now() - startedAt } };
}

/** What buildApplication would fetch and call; fetches, writes and starts nothing. */
export async function planBuild(
  host: Host,
  app: Application,
  signal: AbortSignal,
  spark: SparkVersion = sparkVersion,
): Promise<BuildPlan> {
  const main = await findBuilt(host, app, spark);
  if (main !== undefined) return { fetches: [], commands: [], main };
  const { runtime, fetches } = await planRuntime(host, signal, spark);
  return { fetches, ...(await planCompile(host, app, runtime)) };
}

export async function planCompile(
  host: Host,
  app: Application,
  { java, distribution }: SparkRuntime,
): Promise<Omit<BuildPlan, 'fetches'>> {
  if (app.kind !== 'scala') return { commands: [], main: app };
  const jar = await jarPath(host, app, distribution);
  const compile = scalacArgv(java.program, distribution, app.source, `${jar}.part/classes`);
  return { commands: (await isSoundJar(jar)) ? [] : [compile], main: mainIn(jar, app) };
}

/** The Java and the Spark that would be used, and what of them is missing. */
export async function planRuntime(
  host: Host,
  signal: AbortSignal,
  spark: SparkVersion = sparkVersion,
): Promise<{ readonly runtime: SparkRuntime; readonly fetches: readonly string[] }> {
  const distribution = describeDistribution(host.directories, spark);
  const found = await findJava(host, spark, signal);
  const managed = managedJavaProgram(host, spark);
  const java = found ?? { program: managed, major: 0, build: '', hasVectorModule: false };
  const jre = spark.jre.files[`${host.platform.os}/${host.platform.arch}`];
  const missing = [
    ...((await isDistributionThere(distribution)) ? [] : [spark.archive]),
    ...(found !== undefined || jre === undefined || (await isThere(managed)) ? [] : [jre]),
  ];
  const fetches = missing.map((file) => `fetch ${file.name} (${String(file.sizeMb)} MB) from PyPI`);
  return { runtime: { java, distribution }, fetches };
}

/** What needs no build, or exactly this source compiled before: then neither Spark nor Java is needed. */
async function findBuilt(host: Host, app: Application, spark: SparkVersion): Promise<BuiltMain | undefined> {
  if (app.kind !== 'scala') return app;
  const jar = await jarPath(host, app, describeDistribution(host.directories, spark));
  return (await isSoundJar(jar)) ? mainIn(jar, app) : undefined;
}

function mainIn(jar: string, { mainClass }: ScalaApplication): BuiltMain {
  return { kind: 'jar', at: { where: 'here', path: jar }, mainClass };
}
