import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { sparkVersions, type SparkVersion } from '../../toolchain/spark/versions.js';
import { classFileOf, classNameOf, listEntries, jarManifest, readEntries } from '../read-jar.js';

/** What runs the jar. `java`: its feature version. */
export interface JarHost {
  readonly spark: SparkVersion;
  readonly java: number;
}

/** Refuses, before anything starts, a jar that could only fail; throws USAGE. A jar that cannot be read is not judged. */
export async function requireRunnableJar(jar: string, mainClass: string | undefined, host: JarHost): Promise<void> {
  const entries = await listEntries(jar).catch(() => []);
  const misfit =
    (await findBrokenSignature(jar, entries)) ??
    (mainClass === undefined ? undefined : await findForeignClass(jar, mainClass, entries, host));
  if (misfit !== undefined) throw misfit;
}

/**
 * A fat jar with the signature of one of its libraries: Java refuses its classes. True only if a digest of the manifest is wrong.
 * https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html#signature-validation
 */
async function findBrokenSignature(jar: string, entries: readonly string[]): Promise<SparkDevError | undefined> {
  const signatures = entries.filter((name) => /^META-INF\/[^/]+\.(SF|RSA|DSA|EC)$/i.test(name));
  if (signatures.length < 2) return undefined;
  const files = await readEntries(jar, new Set([...signatures, jarManifest]));
  const manifest = files.get(jarManifest);
  const broken = signatures.filter((name) => {
    const text =
      files
        .get(name)
        ?.toString('latin1')
        .replaceAll(/\r?\n /g, '') ?? '';
    const [, algorithm = '', digest] = /^SHA-?(256|384|512)-Digest-Manifest: *(\S+)/m.exec(text) ?? [];
    if (digest === undefined || manifest === undefined) return false;
    return createHash(`sha${algorithm}`).update(manifest).digest('base64') !== digest;
  });
  if (broken.length === 0) return undefined;
  return new SparkDevError('USAGE', `Java would refuse the classes in ${basename(jar)}`, {
    why: `${broken.join(', ')} signs the manifest of a library that was merged into it, so the signature is wrong.`,
    fix: [`zip -d ${jar} ${signatures.map((name) => `'${name}'`).join(' ')}`],
  });
}

/** In the text constants of class files. The first are gone since 2.13, and the other is new in it. */
const linkage = {
  '2.12': [
    'scala/collection/mutable/WrappedArray;',
    'scala/collection/generic/CanBuildFrom',
    '\x00\x12scala/Serializable',
  ],
  '2.13': ['scala/collection/immutable/ArraySeq;'],
} as const;

/** Judges the main class and its package alone: they are what is certain to be loaded. */
async function findForeignClass(
  jar: string,
  mainClass: string,
  entries: readonly string[],
  { spark, java }: JarHost,
): Promise<SparkDevError | undefined> {
  const main = classFileOf(mainClass);
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const own = entries.filter(
    (name) => classNameOf(name) !== undefined && name.lastIndexOf('/') + 1 === folder.length && name.startsWith(folder),
  );
  const files = await readEntries(jar, new Set(own));
  const found = files.get(main)?.subarray(6, 8);
  // Java 17 is 61
  const needed = found?.length === 2 ? found.readUInt16BE() - 44 : 0;
  if (needed > java)
    return new SparkDevError(
      'USAGE',
      `${mainClass} is compiled for Java ${String(needed)}, and Java ${String(java)} would run it`,
      {
        why: `Spark ${spark.version} runs with Java ${String(java)} here, which reads no newer classes.`,
        fix: [
          `Compile it for Java ${String(java)}: --release ${String(java)} for javac, -release:${String(java)} for scalac`,
        ],
      },
    );
  const texts = [...files.values()].map((file) => file.toString('latin1'));
  for (const [scala, marks] of Object.entries(linkage)) {
    if (scala === spark.scala || !texts.some((text) => marks.some((mark) => text.includes(mark)))) continue;
    return foreignScala(`${basename(jar)} is compiled`, scala, spark);
  }
  return undefined;
}

export function foreignScala(what: string, scala: string, spark: SparkVersion): SparkDevError {
  const fitting = sparkVersions.find((one) => one.scala === scala);
  return new SparkDevError('USAGE', `${what} for Scala ${scala}, and Spark ${spark.version} has Scala ${spark.scala}`, {
    why: 'Scala libraries of these versions do not work together.',
    fix: [
      ...(fitting === undefined ? [] : [`Use a Spark with Scala ${scala}: --spark-version ${fitting.version}`]),
      `Build the jar with scalaVersion ${spark.scala} and Spark ${spark.version}`,
    ],
  });
}
