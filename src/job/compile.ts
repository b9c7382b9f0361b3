import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listFiles } from '../files/paths.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import type { SparkDistribution } from '../toolchain/spark/distribution.js';
import type { SparkRuntime } from '../toolchain/spark/runtime.js';
import { complete, halfMadeName, workVariable } from '../toolchain/half-made.js';
import { inStep } from '../steps/apply.js';
import type { Application } from './application.js';
import { packZip } from './pack-zip.js';
import { readClassNames } from './validate-main-class.js';

export type ScalaApplication = Extract<Application, { kind: 'scala' }>;

/** Spark's jars contain the Scala compiler, so a JRE is enough; using only the first JIT halves the time of such a short run. */
export function scalacArgv(
  java: string,
  distribution: SparkDistribution,
  app: ScalaApplication,
  classes: string,
): Argv {
  const jvm = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', join(distribution.jars, '*')];
  return [java, ...jvm, 'scala.tools.nsc.Main', '-usejavacp', '-nowarn', '-d', classes, ...sourcesOf(app)];
}

function sourcesOf({ source, siblings = [] }: ScalaApplication): readonly string[] {
  return [source, ...siblings];
}

/** The jar of the source as it is now, named by a hash of everything that goes into it. */
export async function jarPath(
  { directories }: Pick<Host, 'directories'>,
  app: ScalaApplication,
  { version }: SparkDistribution,
): Promise<string> {
  const sources = await Promise.all(sourcesOf(app).map((source) => readFile(source, 'utf8')));
  const inputs = [version, app.mainClass, ...sources];
  const hash = createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
  return join(directories.cache, 'jars', `${app.name}-${hash.slice(0, 16)}.jar`);
}

/** A truncated jar has no directory: it is at the end of a zip. */
export async function isSoundJar(jar: string): Promise<boolean> {
  return readClassNames(jar).then(
    (names) => names.size > 0,
    () => false,
  );
}

/** The application's jar, compiled once for each state of its source. */
export async function compileScala(
  host: Host,
  app: ScalaApplication,
  { java, distribution }: SparkRuntime,
  signal: AbortSignal,
): Promise<string> {
  const jar = await jarPath(host, app, distribution);
  if (await isSoundJar(jar)) return jar;
  const work = halfMadeName(jar);
  const classes = join(work, 'classes');
  const printed: string[] = [];
  try {
    return await inStep(host, `Compile ${app.name}`, async () => {
      await mkdir(classes, { recursive: true });
      await host.runner.run(scalacArgv(java.program, distribution, app, classes), {
        signal,
        env: { [workVariable]: work },
        onLine: (line) => {
          printed.push(line);
        },
      });
      await packJar(classes, app.mainClass, join(work, 'jar'));
      await complete(join(work, 'jar'), jar);
      return jar;
    });
  } catch (error) {
    if (!(error instanceof SparkDevError) || error.code !== 'TOOL_FAILED') throw error;
    throw new SparkDevError('BUILD_FAILED', `${app.name} does not compile`, {
      why: findCompileError(printed) ?? error.why ?? '',
      fix: [`Fix ${app.source}`],
      cause: error,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function packJar(classes: string, mainClass: string, jar: string): Promise<void> {
  const entries = (await listFiles(classes)).map((from) => ({ from, to: from.slice(classes.length + 1) }));
  await packZip(entries, jar, { 'META-INF/MANIFEST.MF': `Manifest-Version: 1.0\r\nMain-Class: ${mainClass}\r\n\r\n` });
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
