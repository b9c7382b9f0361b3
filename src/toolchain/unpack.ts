import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { halfMadeName, completeFolder } from './half-made.js';

/** Unpacks next to the folder and renames, so that the folder is complete or absent, and a crash or a second run does no harm. */
export async function unpackTarball(archive: string, folder: string, signal: AbortSignal): Promise<void> {
  const { extract } = await import('tar');
  await fillFolder(folder, async (into) => {
    // tar knows no signal: after Ctrl-C the rest is read but not written
    await extract({ file: archive, cwd: into, strip: 1, filter: () => !signal.aborted });
    signal.throwIfAborted();
  });
}

/** The same for a zip (a wheel); keeps exec bits. */
export async function unpackZip(archive: string, folder: string): Promise<void> {
  const { default: yauzl } = await import('yauzl');
  await fillFolder(folder, async (into) => {
    const zip = await yauzl.openPromise(archive);
    // yauzl refuses entries that point outside
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      const path = join(into, entry.fileName);
      const executable = ((entry.externalFileAttributes >>> 16) & 0o111) !== 0;
      await mkdir(dirname(path), { recursive: true });
      await pipeline(
        await zip.openReadStreamPromise(entry),
        createWriteStream(path, { mode: executable ? 0o755 : 0o644 }),
      );
    }
  });
}

async function fillFolder(folder: string, fill: (into: string) => Promise<void>): Promise<void> {
  const into = halfMadeName(folder);
  await mkdir(into, { recursive: true });
  try {
    await fill(into);
    await completeFolder(into, folder);
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}
