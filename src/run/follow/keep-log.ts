import { open, type FileHandle } from 'node:fs/promises';
import type { Host } from '../../ports/host.js';
import type { Kube, PodContainer } from '../../ports/kube.js';
import { findPi } from '../../runs/record.js';

const tailLines = 200;

export interface KeptLog {
  readonly path: string;
  /** The last few hundred lines. */
  readonly tail: readonly string[];
  readonly pi: number | undefined;
}

interface Reading {
  readonly host: Pick<Host, 'ui'>;
  readonly kube: Kube;
  readonly signal: AbortSignal;
}

/**
 * Reads the whole log of a finished container: every byte into the file, only the end into memory. If the stream breaks, it
 * reads the log once more from the start and keeps what it got. An unwritable file causes one warning.
 */
export async function keepLog(reading: Reading, container: PodContainer, path: string): Promise<KeptLog> {
  let isTold = false;
  const onLost = (error: unknown): void => {
    if (isTold) return;
    isTold = true;
    reading.host.ui.warn(`The log ${path} is incomplete: ${error instanceof Error ? error.message : String(error)}`);
  };
  const first = await readInto(path, reading, container, onLost);
  const isWhole = first.brokenBy === undefined || reading.signal.aborted;
  return isWhole ? first : readInto(path, reading, container, onLost);
}

async function readInto(
  path: string,
  { kube, signal }: Reading,
  container: PodContainer,
  onLost: (error: unknown) => void,
): Promise<KeptLog & { readonly brokenBy: string | undefined }> {
  const file = startFile(path, onLost);
  const tail: string[] = [];
  let pi: KeptLog['pi'];
  let brokenBy: string | undefined;
  const onLine = (line: string): void => {
    tail.push(line);
    if (tail.length > 2 * tailLines) tail.splice(0, tailLines);
    pi = findPi(line) ?? pi;
  };
  const how = { follow: false, onLine, onOutput: file.write, drained: file.written, signal };
  await kube.streamLog(container, how).catch((error: unknown) => {
    brokenBy = error instanceof Error ? error.message : String(error);
    const note = `(the log was cut off: ${brokenBy})`;
    file.write(Buffer.from(`${note}\n`));
    onLine(note);
  });
  await file.close();
  return { path, tail, pi, brokenBy };
}

interface StartedFile {
  readonly write: (chunk: Uint8Array) => void;
  /** Resolves when everything so far is written. */
  readonly written: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Writes nothing after the first failure. */
function startFile(path: string, onLost: (error: unknown) => void): StartedFile {
  let file: FileHandle | undefined;
  let isLost = false;
  let work = Promise.resolve();
  const then = (action: () => Promise<void>): Promise<void> => {
    work = work
      .then(() => (isLost ? undefined : action()))
      .catch((error: unknown) => {
        isLost = true;
        onLost(error);
      });
    return work;
  };
  void then(async () => {
    file = await open(path, 'w', 0o600);
  });
  return {
    write: (chunk) => {
      void then(async () => file?.appendFile(chunk));
    },
    written: () => work,
    close: () => work.then(() => file?.close()).catch(onLost),
  };
}
