import { buffer } from 'node:stream/consumers';
import { openPromise, type Entry, type ZipFile } from 'yauzl';

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
export async function findMainClasses(jar: string, names: readonly string[]): Promise<readonly string[]> {
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
export async function readManifestClass(jar: string): Promise<string | undefined> {
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
