import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { packZip } from './pack-zip.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import type { SparkDistribution } from '../toolchain/spark/distribution.js';
import type { SparkRuntime } from '../toolchain/spark/runtime.js';
import { complete, halfMadeName, workVariable } from '../toolchain/half-made.js';
import { findSparkVersion } from '../toolchain/spark/versions.js';
import { inStep } from '../steps/apply.js';
import { quoteArgv } from '../errors/quote-argv.js';
import { listFiles } from '../files/paths.js';
import { findSourceRoot, listJavaSources } from './build/java-source.js';
import { findProject } from './build/project.js';
import type { Application } from './application.js';
import { jarManifest, readClassNames } from './read-jar.js';

export type SourceApplication = Extract<Application, { kind: 'scala' | 'java' }>;

/** Spark's jars contain the Scala compiler, so a JRE is enough; a JDK has Java's. Using only the first JIT halves the time of such a short run. */
export function jvmArgv({ java, distribution }: SparkRuntime): Argv {
  return [java.program, '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', join(distribution.jars, '*')];
}

const mainOf = { scala: 'scala.tools.nsc.Main', java: 'jdk.compiler/com.sun.tools.javac.Main' } as const;

/** One of them is in every command line of a compiler. */
export const compilers: ReadonlySet<string> = new Set(Object.values(mainOf));

export async function compileArgv(app: SourceApplication, runtime: SparkRuntime, classes: string): Promise<Argv> {
  const jvm = jvmArgv(runtime);
  if (app.kind === 'scala')
    return [...jvm, mainOf.scala, '-usejavacp', '-nowarn', '-d', classes, ...(await sourcesOf(app))];
  // without a class path of its own, javac takes that of its JVM
  const release = ['--release', String(findSparkVersion(runtime.distribution.version).java.from)];
  const options = ['-nowarn', '-proc:none', ...release, '-sourcepath', await findSourceRoot(app.source)];
  return [...jvm, '-m', mainOf.java, ...options, '-d', classes, app.source];
}

async function sourcesOf(app: SourceApplication): Promise<readonly string[]> {
  return app.kind === 'java' ? listJavaSources(app.source) : [app.source, ...(app.siblings ?? [])];
}

/** The jar of the source as it is now. */
export async function jarPath(
  host: Pick<Host, 'directories'>,
  app: SourceApplication,
  { version }: SparkDistribution,
): Promise<string> {
  const sources = await Promise.all((await sourcesOf(app)).map((file) => readFile(file, 'utf8')));
  return cachedPath(host, `${app.name}.jar`, [version, app.mainClass, ...sources]);
}

/** Named by a hash of everything that goes into it. */
export function cachedPath(
  { directories }: Pick<Host, 'directories'>,
  file: string,
  inputs: readonly string[],
): string {
  const hash = createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
  const { name, ext } = parse(file);
  return join(directories.cache, 'jars', `${name}-${hash.slice(0, 16)}${ext}`);
}

/** A truncated jar has no directory: it is at the end of a zip. */
export async function isSoundJar(jar: string): Promise<boolean> {
  return readClassNames(jar).then(
    (names) => names.size > 0,
    () => false,
  );
}

/** The application's jar, compiled once for each state of its source. */
export async function compileJar(
  host: Host,
  app: SourceApplication,
  runtime: SparkRuntime,
  signal: AbortSignal,
): Promise<string> {
  const jar = await jarPath(host, app, runtime.distribution);
  if (await isSoundJar(jar)) return jar;
  const work = halfMadeName(jar);
  const classes = join(work, 'classes');
  const printed: string[] = [];
  try {
    return await inStep(host, `Compile ${app.name}`, async () => {
      await mkdir(classes, { recursive: true });
      await host.runner.run(await compileArgv(app, runtime, classes), {
        signal,
        env: { [workVariable]: work },
        onLine: (line) => {
          printed.push(line);
        },
      });
      await packClasses(classes, app.mainClass, join(work, 'jar'));
      await complete(join(work, 'jar'), jar);
      return jar;
    });
  } catch (error) {
    if (!(error instanceof SparkDevError) || error.code !== 'TOOL_FAILED') throw error;
    throw await explainCompiler(app, printed, error);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function explainCompiler(
  { name, source }: SourceApplication,
  printed: readonly string[],
  cause: SparkDevError,
): Promise<SparkDevError> {
  if (printed.some((line) => line.includes('Module jdk.compiler not found')))
    return new SparkDevError('JAVA_MISSING', `${name} is written in Java, and there is no Java compiler`, {
      why: 'The Java that runs Spark here is a JRE; the compiler is part of a JDK.',
      fix: ['Install a JDK and set JAVA_HOME, on Debian: apt-get install openjdk-17-jdk-headless'],
      cause,
    });
  const why = findCompileError(printed) ?? cause.why ?? '';
  const project = missingLibrary.test(why) ? await findProject(dirname(source)) : undefined;
  const fix =
    project === undefined
      ? [`Fix ${/^(.+?:\d+): error:/.exec(why)?.[1] ?? source}`]
      : [`Build the project with its libraries: ${quoteArgv(['spark-dev', 'run', project.folder])}`];
  return new SparkDevError('BUILD_FAILED', `${name} does not compile`, { why, fix, cause });
}

const missingLibrary = /is not a member of package|not found: object|package \S+ does not exist/;

async function packClasses(classes: string, mainClass: string, jar: string): Promise<void> {
  const entries = (await listFiles(classes)).map((from) => ({ from, to: from.slice(classes.length + 1) }));
  await packZip(entries, jar, manifestFor(mainClass));
}

export function manifestFor(mainClass: string): Readonly<Record<string, string>> {
  return { [jarManifest]: `Manifest-Version: 1.0\r\nMain-Class: ${mainClass}\r\n\r\n` };
}

const linesOfOne = 4;

/** The first error with its location, message and source line; the compiler's last lines only count the errors. */
export function findCompileError(printed: readonly string[]): string | undefined {
  const first = printed.findIndex((line) => /(^|\s)error:/.test(line));
  if (first === -1) return undefined;
  const next = printed.findIndex(
    (line, index) => index > first && /: (error|warning):|^\d+ errors?$|^one error found$/.test(line),
  );
  const count = printed.findLast((line) => /^(\d+|one|two|three|four) errors?( found)?$/.test(line));
  const own = printed.slice(first, next === -1 ? undefined : next).slice(0, linesOfOne);
  return [...own, ...(count === undefined ? [] : [count])].join('\n');
}
