import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';

/** `org.acme.Orders`, `org.acme.Orders$Row`; rejects with yauzl's error if the file is not a zip. */
export async function readClassNames(jar: string): Promise<ReadonlySet<string>> {
  const names = (await listEntries(jar)).map(classNameOf);
  return new Set(names.filter((name) => name !== undefined));
}

export async function listEntries(jar: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { fileName } of (await openPromise(jar)).eachEntry()) names.push(fileName);
  return names;
}

/** The entries with these names, or all of them. */
export async function readEntries(jar: string, names?: ReadonlySet<string>): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const zip = await openPromise(jar);
  for await (const entry of zip.eachEntry()) {
    if (names !== undefined && !names.has(entry.fileName)) continue;
    found.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
    if (found.size === names?.size) break;
  }
  return found;
}

export function classNameOf(entry: string): string | undefined {
  if (!entry.endsWith('.class') || entry.startsWith('META-INF/')) return undefined;
  return entry.slice(0, -'.class'.length).replaceAll('/', '.');
}

export function classFileOf(name: string): string {
  return `${name.replaceAll('.', '/')}.class`;
}

export const jarManifest = 'META-INF/MANIFEST.MF';

/** The main class in a local jar's manifest, otherwise the only class with a main method; undefined if there is none, or it is not a jar. */
export async function findMainClass(jar: string): Promise<string | undefined> {
  try {
    const manifest = (await readEntries(jar, new Set([jarManifest]))).get(jarManifest)?.toString() ?? '';
    // long lines are wrapped and continue after a space
    const named = /^Main-Class: *(\S+)\s*$/m.exec(manifest.replaceAll(/\r?\n /g, ''))?.[1];
    if (named !== undefined) return named;
    const outer = listOuter(await readClassNames(jar));
    const mains = outer.length > mostOpened ? [] : await findMainClasses(jar, outer);
    return mains.length === 1 ? mains[0] : undefined;
  } catch {
    return undefined;
  }
}

export function listOuter(classes: ReadonlySet<string>): readonly string[] {
  return [...classes].filter((name) => !name.includes('$'));
}

/** A fat jar has a hundred thousand classes; only the first few are opened. */
const mostOpened = 200;

/** Those of the given classes that have a main method, in the given order; only the first few hundred are read. */
export async function findMainClasses(jar: string, names: readonly string[]): Promise<readonly string[]> {
  const wanted = names.slice(0, mostOpened);
  const files = await readEntries(jar, new Set(wanted.map(classFileOf)));
  return wanted.filter((name) => hasMain(files.get(classFileOf(name))));
}

/** In a class file, one byte of kind and two of length come first: https://docs.oracle.com/javase/specs/jvms/se21/html/jvms-4.html#jvms-4.4.7 */
const mainConstants = ['main', '([Ljava/lang/String;)V'].map(
  (text) => `\x01\x00${String.fromCharCode(text.length)}${text}`,
);

function hasMain(classFile: Buffer | undefined): boolean {
  return classFile !== undefined && mainConstants.every((constant) => classFile.includes(constant, 0, 'latin1'));
}
