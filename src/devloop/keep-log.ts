import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Kube, PodContainer } from '../ports/kube.js';
import { findPiLine } from '../spark/run-result.js';

const tailLines = 200;

export interface KeptLog {
  readonly path: string;
  /** The last few hundred lines. */
  readonly tail: readonly string[];
  readonly pi: ReturnType<typeof findPiLine>;
}

/**
 * A container's whole log, read once it has ended: into the run folder, only its end into memory. A log that breaks off is
 * read once more from its beginning, and then leaves what was read.
 */
export async function keepLog(
  kube: Kube,
  container: PodContainer,
  folder: string,
  name: string,
  signal: AbortSignal,
): Promise<KeptLog> {
  const path = join(folder, name);
  const first = await readInto(path, kube, container, signal);
  const isWhole = first.brokenBy === undefined || signal.aborted;
  return isWhole ? first : readInto(path, kube, container, signal);
}

async function readInto(
  path: string,
  kube: Kube,
  container: PodContainer,
  signal: AbortSignal,
): Promise<KeptLog & { readonly brokenBy: string | undefined }> {
  const file = createWriteStream(path, { mode: 0o600 });
  const written = finished(file);
  written.catch(() => undefined);
  const tail: string[] = [];
  let pi: KeptLog['pi'];
  let brokenBy: string | undefined;
  const onLine = (line: string): void => {
    file.write(`${line}\n`);
    tail.push(line);
    if (tail.length > 2 * tailLines) tail.splice(0, tailLines);
    pi = findPiLine(line) ?? pi;
  };
  await kube.streamLog(container, { follow: false, onLine, signal }).catch((error: unknown) => {
    brokenBy = error instanceof Error ? error.message : String(error);
    onLine(`(the log broke off: ${brokenBy})`);
  });
  file.end();
  await written;
  return { path, tail, pi, brokenBy };
}
