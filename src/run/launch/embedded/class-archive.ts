import { createHash } from 'node:crypto';
import { copyFile, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { measureFree } from '../../../images/free-disk.js';
import type { Directories } from '../../../ports/host.js';
import type { SparkRuntime } from '../../../toolchain/spark/runtime.js';
import { complete, halfMadeName } from '../../../toolchain/half-made.js';
import { isThere } from '../../../files/paths.js';
import { showBytes } from '../../../text/sizes.js';

export interface ClassArchive {
  /** For the JVM: use the archive, or write it at exit. */
  readonly options: readonly string[];
  /** By this run; a JVM that uses one writes none. */
  readonly isWritten: boolean;
  /** Why it is neither used nor written, where that can be changed. */
  readonly leftOut?: string;
  /** After a run that ended well: what it wrote is the archive from now on. */
  keep(): Promise<void>;
  /** After trouble with it: the next run writes another one, or none where this one could not be written. */
  drop(): Promise<void>;
}

/** The largest seen has 156 MB; it lies in the run's folder and in the cache for a moment. */
const roomBytes = 400e6;

/** The JVM ends with 1 where it has no room to write it, whatever the job did. */
async function lacksRoom(...paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const { folder, freeBytes } = await measureFree(path);
    if (freeBytes < roomBytes)
      return `Spark's class archive is left out: it needs ${showBytes(roomBytes)}, and ${folder} has ${showBytes(freeBytes)}`;
  }
  return undefined;
}

/**
 * Spark's classes as the JVM has them in memory, written by the first run and mapped by all later ones: it halves their start.
 * One for each Java and Spark, since a JVM refuses another's. https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
 */
export async function openClassArchive(
  directories: Directories,
  { java, distribution }: SparkRuntime,
  scratch: string,
  front: readonly string[] = [],
): Promise<ClassArchive> {
  // a JVM refuses it where anything stands before the jars, and would write one that nobody else can use
  if (front.length > 0) return { options: [], isWritten: false, keep: nothing, drop: nothing };
  const key = createHash('sha256')
    .update(JSON.stringify([java.program, java.build, distribution.folder]))
    .digest('hex');
  const path = join(directories.cache, 'class-archives', `spark-${distribution.version}-${key.slice(0, 16)}.jsa`);
  // the JVM's own warnings would stand between the application's lines on stdout
  const quiet = ['-Xlog:disable', '-Xlog:all=warning:stderr'];
  if (await isSound(path)) {
    const drop = (): Promise<void> => rm(path, { force: true });
    return { options: [...quiet, `-XX:SharedArchiveFile=${path}`], isWritten: false, keep: nothing, drop };
  }
  const refused = `${path}.refused`;
  const leftOut = (await isThere(refused))
    ? `Spark's class archive is left out: the JVM could not write it. To try again: rm ${refused}`
    : await lacksRoom(scratch, path);
  if (leftOut !== undefined) return { options: [], leftOut, isWritten: false, keep: nothing, drop: nothing };
  const written = join(scratch, 'classes.jsa');
  return {
    // what goes wrong there is said on stderr too
    options: [...quiet, '-XX:+DisplayVMOutputToStderr', `-XX:ArchiveClassesAtExit=${written}`],
    isWritten: true,
    async keep() {
      if (!(await isThere(written))) return;
      await mkdir(dirname(path), { recursive: true });
      const part = halfMadeName(path);
      try {
        await copyFile(written, part);
        await complete(part, path);
        await writeFile(noteOf(path), await describe(path));
      } finally {
        await rm(part, { force: true });
      }
    },
    async drop() {
      await mkdir(dirname(refused), { recursive: true });
      await writeFile(refused, '');
    },
  };
}

const nothing = (): Promise<void> => Promise.resolve();

function noteOf(path: string): string {
  return `${path}.note`;
}

/** A JVM says nothing of one that it cannot read, and crashes over one that was cut: so both are known before it starts. */
async function isSound(path: string): Promise<boolean> {
  const noted = await readFile(noteOf(path), 'utf8').catch(() => undefined);
  return noted !== undefined && noted === (await describe(path).catch(() => undefined));
}

const headerBytes = 4096;

/** Its size and its header, which has a sum of each region: to read all of it would cost what it saves. */
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
