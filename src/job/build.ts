import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { writeWhole } from '../toolchain/half-made.js';
import { isThere } from '../files/paths.js';
import { describeDistribution, isDistributionThere } from '../toolchain/spark/distribution.js';
import { findJava, managedJavaProgram } from '../toolchain/spark/java.js';
import { ensureSparkRuntime, type SparkRuntime } from '../toolchain/spark/runtime.js';
import { sparkVersion, type SparkVersion } from '../toolchain/spark/versions.js';
import type { Application } from './application.js';
import { compileScala, isSoundJar, jarPath, scalacArgv, type ScalaApplication } from './compile.js';
import type { BuiltMain, SparkJob } from './job.js';
import { archivePath, listOwnModules, packModules, starterOf } from './python-modules.js';

export interface BuiltApplication {
  readonly main: BuiltMain;
  /** The job's, and one archive of the program's own modules: on a cluster its folders are missing. */
  readonly pyFiles: SparkJob['pyFiles'];
  readonly durationsMs: Readonly<Record<string, number>>;
}

export interface BuildPlan {
  /** What would be downloaded first. */
  readonly fetches: readonly string[];
  readonly commands: readonly Argv[];
  /** Its jar may not exist yet. */
  readonly main: BuiltMain;
  readonly pyFiles: SparkJob['pyFiles'];
}

/** What is built for a cluster. */
interface Source {
  readonly app: Application;
  readonly job: SparkJob;
}

/** Prepares what can be submitted: compiles a Scala file (which needs Spark and Java on this machine), takes everything else as it is. */
export async function buildApplication(
  host: Host,
  { app, job }: Source,
  signal: AbortSignal,
  spark: SparkVersion = sparkVersion,
): Promise<BuiltApplication> {
  const startedAt = host.clock.now();
  const pyFiles = await packPyFiles(host, job);
  if (app.kind === 'python') await writeStarter(host, app);
  const main = await findBuilt(host, app, spark);
  if (main !== undefined) return { main, pyFiles, durationsMs: {} };
  const runtime = await ensureSparkRuntime(host, spark, signal);
  const resolve = host.clock.now() - startedAt;
  const built = await buildWith(host, app, runtime, signal);
  return { ...built, pyFiles, durationsMs: { resolve, ...built.durationsMs } };
}

async function packPyFiles(host: Host, job: SparkJob): Promise<SparkJob['pyFiles']> {
  const { files, cut, archive } = await planModules(host, job);
  for (const path of cut)
    host.ui.warn(`${path} stays here: too large to bring along. If the program imports it, build it into an image`);
  if (archive !== undefined) await packModules(files, archive);
  return joinPyFiles(job, archive);
}

async function planModules(host: Host, job: SparkJob) {
  const { files, cut } = await listOwnModules(job);
  return { files, cut, archive: await archivePath(host, job.name.slug, files) };
}

function joinPyFiles({ pyFiles }: SparkJob, archive: string | undefined): SparkJob['pyFiles'] {
  return archive === undefined ? pyFiles : [...pyFiles, { at: { where: 'here', path: archive }, as: undefined }];
}

export async function buildWith(
  host: Host,
  app: Application,
  runtime: SparkRuntime,
  signal: AbortSignal,
): Promise<Omit<BuiltApplication, 'pyFiles'>> {
  if (app.kind === 'python') await writeStarter(host, app);
  if (app.kind !== 'scala') return { main: mainOf(host, app), durationsMs: {} };
  const startedAt = host.clock.now();
  const jar = await compileScala(host, app, runtime, signal);
  return { main: mainIn(jar, app), durationsMs: { compile: host.clock.now() - startedAt } };
}

/** What buildApplication would fetch and call; fetches, writes and starts nothing. */
export async function planBuild(
  host: Host,
  { app, job }: Source,
  signal: AbortSignal,
  spark: SparkVersion = sparkVersion,
): Promise<BuildPlan> {
  const pyFiles = joinPyFiles(job, (await planModules(host, job)).archive);
  const main = await findBuilt(host, app, spark);
  if (main !== undefined) return { fetches: [], commands: [], main, pyFiles };
  const { runtime, fetches } = await planRuntime(host, signal, spark);
  return { fetches, ...(await planCompile(host, app, runtime)), pyFiles };
}

export async function planCompile(
  host: Host,
  app: Application,
  { java, distribution }: SparkRuntime,
): Promise<Omit<BuildPlan, 'fetches' | 'pyFiles'>> {
  if (app.kind !== 'scala') return { commands: [], main: mainOf(host, app) };
  const jar = await jarPath(host, app, distribution);
  const compile = scalacArgv(java.program, distribution, app, `${jar}.part/classes`);
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
  if (app.kind !== 'scala') return mainOf(host, app);
  const jar = await jarPath(host, app, describeDistribution(host.directories, spark));
  return (await isSoundJar(jar)) ? mainIn(jar, app) : undefined;
}

function mainIn(jar: string, { mainClass }: ScalaApplication): BuiltMain {
  return { kind: 'jar', at: { where: 'here', path: jar }, mainClass };
}

/** A module needs a file that starts it. */
function mainOf(host: Host, app: Exclude<Application, ScalaApplication>): BuiltMain {
  if (app.kind !== 'python' || app.module === undefined) return app;
  return { kind: 'python', at: { where: 'here', path: starterOf(host, app.name, app.module).path } };
}

async function writeStarter(host: Host, { name, module }: Extract<Application, { kind: 'python' }>): Promise<void> {
  if (module === undefined) return;
  const { path, text } = starterOf(host, name, module);
  await writeWhole(path, text);
}
