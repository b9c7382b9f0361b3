import { basename } from 'node:path';
import { rankNearest } from '../config/suggest.js';
import type { JobProblem } from './conf-rules.js';
import type { SparkJob } from './job.js';
import { buffer } from 'node:stream/consumers';
import { openPromise, type Entry, type ZipFile } from 'yauzl';

const mostNamed = 3;

type ClassNames = ReadonlySet<string>;

/** Whether the main class is where Spark looks for it, as far as this machine knows. */
export async function validateMainClass(job: SparkJob): Promise<readonly JobProblem[]> {
  const { main } = job;
  if (main.kind !== 'jar' || main.at.where === 'remote') return [];
  const { at, mainClass } = main;
  const ofClass = (message: string): readonly JobProblem[] => [{ path: ['main'], message }];
  if (at.where === 'image')
    return mainClass === undefined
      ? ofClass(`name the main class of ${at.path}: Spark does not read it from a jar in the image`)
      : [];
  const classes = await readClasses(at.path);
  if (classes === 'unread') return [];
  const jar = basename(at.path);
  if (classes === 'broken') return [{ path: ['path'], message: `${jar} is not a complete jar` }];
  if (mainClass === undefined)
    return ofClass(`${jar} names no main class${await advise(at.path, classes, basename(jar, '.jar'))}`);
  if (classes.has(mainClass) || isElsewhere(mainClass, classes, job) || (await isInJars(mainClass, job))) return [];
  return ofClass(`${jar} has no class ${mainClass}${await advise(at.path, classes, mainClass)}`);
}

/** The main class in a local jar's manifest; undefined if it names none or is not a jar. */
export async function findManifestClass(jar: string): Promise<string | undefined> {
  return readManifestClass(jar).catch(() => undefined);
}

/** A missing file, or one that only we cannot read, is no reason to refuse the job here. */
async function readClasses(jar: string): Promise<ClassNames | 'unread' | 'broken'> {
  return readClassNames(jar).catch((error: unknown) =>
    error instanceof Error && error.message.startsWith('End of central directory') ? 'broken' : 'unread',
  );
}

/** Places that nobody here can inspect. */
function isElsewhere(mainClass: string, classes: ClassNames, { image, conf }: SparkJob): boolean {
  const family = `${mainClass.split('.').slice(0, 3).join('.')}.`;
  return (
    image !== undefined ||
    Object.keys(conf).some((key) => /^spark\.(jars|driver\.extraClassPath)/.test(key)) ||
    // a class that comes with Spark
    (family.startsWith('org.apache.') && ![...classes].some((name) => name.startsWith(family)))
  );
}

/** Also true if one of the jars cannot be read. */
async function isInJars(mainClass: string, { jars }: SparkJob): Promise<boolean> {
  const here = jars.flatMap(({ at }) => (at.where === 'here' ? [at.path] : []));
  const read = await Promise.all(here.map(readClasses));
  return here.length < jars.length || read.some((classes) => typeof classes === 'string' || classes.has(mainClass));
}

/** Suggests the nearest classes that have a main method: usually the same name in another package is meant. */
async function advise(jar: string, classes: ClassNames, meant: string): Promise<string> {
  const simple = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
  const outer = [...classes].filter((name) => !name.includes('$'));
  const near = new Map(rankNearest(simple(meant), [...new Set(outer.map(simple))]).map((name, rank) => [name, rank]));
  const ranked = outer.sort((one, other) => (near.get(simple(one)) ?? 0) - (near.get(simple(other)) ?? 0));
  const mains = (await findMainClasses(jar, ranked)).slice(0, mostNamed);
  return mains.length === 0
    ? '; none of its classes has a main method'
    : `; these classes have a main method: ${mains.join(', ')}`;
}

/** A fat jar has a hundred thousand classes; only the nearest names are opened. */
const mostOpened = 200;

/** `org.acme.Orders`, `org.acme.Orders$Row`; rejects with yauzl's error if the file is not a zip. */
export async function readClassNames(jar: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const entry of (await openPromise(jar)).eachEntry()) {
    const name = classNameOf(entry);
    if (name !== undefined) names.add(name);
  }
  return names;
}

/** Those of the given classes that have a main method, in the given order; only the first few hundred are read. */
async function findMainClasses(jar: string, names: readonly string[]): Promise<readonly string[]> {
  const wanted = new Set(names.slice(0, mostOpened));
  const found = new Set<string>();
  const zip = await openPromise(jar);
  for await (const entry of zip.eachEntry()) {
    const name = classNameOf(entry);
    if (name !== undefined && wanted.has(name) && hasMain(await readEntry(zip, entry))) found.add(name);
  }
  return names.filter((name) => found.has(name));
}

/** `Main-Class` of the manifest, usually its first entry. Long lines are wrapped and continue after a space. */
async function readManifestClass(jar: string): Promise<string | undefined> {
  const zip = await openPromise(jar);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== 'META-INF/MANIFEST.MF') continue;
    const text = (await readEntry(zip, entry)).toString().replaceAll(/\r?\n /g, '');
    return /^Main-Class: *(\S+)\s*$/m.exec(text)?.[1];
  }
  return undefined;
}

/** In a class file, one byte of kind and two of length come first: https://docs.oracle.com/javase/specs/jvms/se21/html/jvms-4.html#jvms-4.4.7 */
const mainConstants = ['main', '([Ljava/lang/String;)V'].map(
  (text) => `\x01\x00${String.fromCharCode(text.length)}${text}`,
);

function hasMain(classFile: Buffer): boolean {
  return mainConstants.every((constant) => classFile.includes(constant, 0, 'latin1'));
}

function classNameOf({ fileName }: Entry): string | undefined {
  if (!fileName.endsWith('.class') || fileName.startsWith('META-INF/')) return undefined;
  return fileName.slice(0, -'.class'.length).replaceAll('/', '.');
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  return buffer(await zip.openReadStreamPromise(entry));
}
