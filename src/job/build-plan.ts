import { readFile } from 'node:fs/promises';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { findJava, managedJavaProgram } from '../toolchain/spark/java.js';
import { describeDistribution, isDistributionThere } from '../toolchain/spark/distribution.js';
import type { SparkRuntime } from '../toolchain/spark/runtime.js';
import { sparkVersion, type SparkVersion } from '../toolchain/spark/versions.js';
import type { Application } from './application.js';
import { builtMain } from './build.js';
import { findCompiled, isSoundJar, jarPath, scalacArgv } from './compile.js';
import type { BuiltMain } from './job.js';
import { isThere } from '../files/paths.js';

export interface BuildPlan {
  /** What would be downloaded first. */
  readonly fetches: readonly string[];
  readonly commands: readonly Argv[];
  /** Its jar may not exist yet. */
  readonly main: BuiltMain;
}

/** What buildApplication would fetch and call; fetches, writes and starts nothing. */
export async function planBuild(
  host: Host,
  app: Application,
  signal: AbortSignal,
  spark: SparkVersion = sparkVersion,
): Promise<BuildPlan> {
  if (app.kind !== 'scala') return { fetches: [], commands: [], main: app };
  const compiled = await findCompiled(host, app, describeDistribution(host.directories, spark));
  if (compiled !== undefined) return { fetches: [], commands: [], main: builtMain(app, compiled) };
  const { runtime, fetches } = await planRuntime(host, signal, spark);
  return { fetches, ...(await planCompile(host, app, runtime)) };
}

export async function planCompile(
  host: Host,
  app: Application,
  { java, distribution }: SparkRuntime,
): Promise<Omit<BuildPlan, 'fetches'>> {
  if (app.kind !== 'scala') return { commands: [], main: app };
  const jar = jarPath(host.directories, app, await readFile(app.source, 'utf8'), distribution);
  const compile = scalacArgv(java.program, distribution, app.source, `${jar}.part/classes`);
  return { commands: (await isSoundJar(jar)) ? [] : [compile], main: builtMain(app, jar) };
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
