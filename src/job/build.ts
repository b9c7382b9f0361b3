import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { isThere } from '../files/paths.js';
import { describeDistribution, isDistributionThere } from '../toolchain/spark/distribution.js';
import { findJava, managedJavaProgram } from '../toolchain/spark/java.js';
import { ensureSparkRuntime, type SparkRuntime } from '../toolchain/spark/runtime.js';
import { sparkVersion, type SparkVersion } from '../toolchain/spark/versions.js';
import { requireRunnableJar } from './build/jar-fit.js';
import { planProduct, type BuildRequest, type FindRuntime } from './build/products.js';
import { checkPython } from './check-python.js';
import { isSoundJar } from './compile.js';
import type { BuiltMain, SparkJob } from './job.js';
import { archivePath, packModules } from './python-modules.js';

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
  /** Its file may not exist yet. */
  readonly main: BuiltMain;
  readonly pyFiles: SparkJob['pyFiles'];
}

/** Of the JRE in images/spark/Dockerfile. */
export const imageJava = 17;

/** Prepares what can be submitted: builds sources, which usually needs Spark and Java on this machine, and takes everything else as it is. */
export async function buildApplication(
  request: BuildRequest,
  findPythonVersion: () => Promise<string>,
): Promise<BuiltApplication> {
  const { host, job, signal, spark = sparkVersion } = request;
  await checkPython(request, findPythonVersion);
  const pyFiles = await packPyFiles(host, job);
  let resolve: number | undefined;
  const built = await build(request, imageJava, async () => {
    const startedAt = host.clock.now();
    const runtime = await ensureSparkRuntime(host, spark, signal);
    resolve ??= host.clock.now() - startedAt;
    return runtime;
  });
  if (resolve === undefined) return { ...built, pyFiles };
  const { compile = 0 } = built.durationsMs;
  return { ...built, pyFiles, durationsMs: { resolve, compile: compile - resolve } };
}

async function packPyFiles(host: Host, job: SparkJob): Promise<SparkJob['pyFiles']> {
  const { files, archive } = await planModules(host, job);
  for (const path of job.sources.tooLarge)
    host.ui.warn(`${path} stays here: too large to bring along. If the program imports it, build it into an image`);
  if (archive !== undefined) await packModules(files, archive);
  return joinPyFiles(job, archive);
}

async function planModules(host: Host, { name, sources }: SparkJob) {
  const files = sources.texts.flatMap(({ path, module }) => (module === undefined ? [] : [{ from: path, to: module }]));
  return { files, archive: await archivePath(host, name.slug, files) };
}

function joinPyFiles({ pyFiles }: SparkJob, archive: string | undefined): SparkJob['pyFiles'] {
  return archive === undefined ? pyFiles : [...pyFiles, { at: { where: 'here', path: archive }, as: undefined }];
}

type Built = Omit<BuiltApplication, 'pyFiles'>;
type Planned = Omit<BuildPlan, 'fetches' | 'pyFiles'>;

export async function buildWith(request: BuildRequest, runtime: SparkRuntime): Promise<Built> {
  await checkPython(request);
  return build(request, runtime.java.major, () => Promise.resolve(runtime));
}

async function build(request: BuildRequest, java: number, runtime: FindRuntime): Promise<Built> {
  const product = await planProduct(request, runtime);
  const startedAt = request.host.clock.now();
  const isMissing = 'make' in product && !(await isMade(product.path));
  if (isMissing) await product.make();
  const main = 'make' in product ? await product.main() : product;
  await requireRunnable(request, main, java);
  return { main, durationsMs: isMissing ? { compile: request.host.clock.now() - startedAt } : {} };
}

/** What buildApplication would fetch and call; fetches, writes and starts nothing. */
export async function planBuild(request: BuildRequest): Promise<BuildPlan> {
  const { host, job, signal, spark } = request;
  const pyFiles = joinPyFiles(job, (await planModules(host, job)).archive);
  const fetches: string[] = [];
  const planned = await plan(request, imageJava, async () => {
    const found = await planRuntime(host, signal, spark);
    fetches.push(...found.fetches);
    return found.runtime;
  });
  return { fetches, ...planned, pyFiles };
}

export async function planCompile(request: BuildRequest, runtime: SparkRuntime): Promise<Planned> {
  return plan(request, runtime.java.major, () => Promise.resolve(runtime));
}

async function plan(request: BuildRequest, java: number, runtime: FindRuntime): Promise<Planned> {
  const product = await planProduct(request, runtime);
  if ('make' in product && !(await isMade(product.path)))
    return { commands: await product.commands(), main: await product.main() };
  const main = 'make' in product ? await product.main() : product;
  await requireRunnable(request, main, java);
  return { commands: [], main };
}

/** A truncated jar is not. */
async function isMade(path: string): Promise<boolean> {
  return path.endsWith('.jar') ? isSoundJar(path) : isThere(path);
}

/** Another image than ours may have another Spark and Java, so nothing is known about it. */
async function requireRunnable(
  { job, spark = sparkVersion }: BuildRequest,
  main: BuiltMain,
  java: number,
): Promise<void> {
  if (job.image === undefined && main.kind === 'jar' && main.at.where === 'here')
    await requireRunnableJar(main.at.path, main.mainClass, { spark, java });
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
  const major = Number.parseInt(spark.jre.version, 10);
  const java = found ?? { program: managed, major, build: '', hasVectorModule: false };
  const jre = spark.jre.files[`${host.platform.os}/${host.platform.arch}`];
  const missing = [
    ...((await isDistributionThere(distribution)) ? [] : [spark.archive]),
    ...(found !== undefined || jre === undefined || (await isThere(managed)) ? [] : [jre]),
  ];
  const fetches = missing.map((file) => `fetch ${file.name} (${String(file.sizeMb)} MB) from PyPI`);
  return { runtime: { java, distribution }, fetches };
}
