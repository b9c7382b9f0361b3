import { createHash } from 'node:crypto';
import { copyFile, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { measureFree } from '../../../images/free-disk.js';
import type { Directories } from '../../../ports/host.js';
import type { SparkRuntime } from '../../../toolchain/spark/runtime.js';
import { makeWhole } from '../../../toolchain/half-made.js';
import { isThere } from '../../../files/paths.js';
import { showBytes } from '../../../text/sizes.js';

export interface ClassArchive {
  /** JVM options to use the archive, or to write it at exit. */
  readonly options: readonly string[];
  /** Why it is neither used nor written, if the user can change that. */
  readonly leftOut?: string;
  /** Only if this run writes it; a JVM that uses an archive writes none. After a successful run: keeps it for later runs. */
  keep?(): Promise<void>;
  /** After a problem with it: the next run writes a new one, or none if this one could not be written. */
  drop?(): Promise<void>;
}

/** The largest one had 156 MB; for a moment it exists in the run's folder and in the cache. */
const roomBytes = 400e6;

/** Without enough space to write it the JVM exits with 1, even after a successful job. */
async function lacksRoom(...paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const { folder, freeBytes } = await measureFree(path);
    if (freeBytes < roomBytes)
      return `Spark's class archive is not used: it needs ${showBytes(roomBytes)}, and ${folder} has ${showBytes(freeBytes)} free`;
  }
  return undefined;
}

/**
 * A memory image of Spark's classes; the first run writes it, and later runs map it and start in half the time. There is one
 * for each Java and Spark, because a JVM refuses another's. https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
 */
export async function openClassArchive(
  directories: Directories,
  { java, distribution }: SparkRuntime,
  scratch: string,
  front: readonly string[] = [],
): Promise<ClassArchive> {
  // a JVM refuses it if anything comes before the jars, and would write one that no other run can use
  if (front.length > 0) return { options: [] };
  const key = createHash('sha256')
    .update(JSON.stringify([java.program, java.build, distribution.folder]))
    .digest('hex');
  const path = join(directories.cache, 'class-archives', `spark-${distribution.version}-${key.slice(0, 16)}.jsa`);
  // keeps the JVM's warnings out of the application's stdout
  const quiet = ['-Xlog:disable', '-Xlog:all=warning:stderr'];
  if (await isSound(path))
    return { options: [...quiet, `-XX:SharedArchiveFile=${path}`], drop: () => rm(path, { force: true }) };
  const refused = `${path}.refused`;
  const leftOut = (await isThere(refused))
    ? `Spark's class archive is not used: the JVM could not write it. To try again: rm ${refused}`
    : await lacksRoom(scratch, path);
  if (leftOut !== undefined) return { options: [], leftOut };
  const written = join(scratch, 'classes.jsa');
  return {
    // prints its errors on stderr too
    options: [...quiet, '-XX:+DisplayVMOutputToStderr', `-XX:ArchiveClassesAtExit=${written}`],
    async keep() {
      if (!(await isThere(written))) return;
      await makeWhole(path, (part) => copyFile(written, part));
      await writeFile(noteOf(path), await describe(path));
    },
    async drop() {
      await mkdir(dirname(refused), { recursive: true });
      await writeFile(refused, '');
    },
  };
}

function noteOf(path: string): string {
  return `${path}.note`;
}

/** A JVM silently skips an unreadable archive and crashes on a truncated one: so this checks both before it starts. */
async function isSound(path: string): Promise<boolean> {
  const noted = await readFile(noteOf(path), 'utf8').catch(() => undefined);
  return noted !== undefined && noted === (await describe(path).catch(() => undefined));
}

const headerBytes = 4096;

/** Its size and its header, which has a checksum of each region: reading all of it would cost the time that it saves. */
async function describe(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    const header = createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex');
    return `${String((await file.stat()).size)} ${header}\n`;
  } finally {
    await file.close();
  }
}
