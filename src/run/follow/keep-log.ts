import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Host } from '../../ports/host.js';
import type { Kube, PodContainer } from '../../ports/kube.js';
import { findPi } from '../../runs/record.js';

const tailLines = 200;

interface Reading {
  readonly host: Pick<Host, 'ui'>;
  readonly kube: Kube;
  readonly signal: AbortSignal;
}

/**
 * Reads the whole log of a finished container: every byte into the file, only the end into memory. If the stream breaks, it
 * reads the log once more from the start and keeps what it got. An unwritable file causes one warning.
 */
export async function keepLog(reading: Reading, container: PodContainer, path: string) {
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
) {
  const file = createWriteStream(path, { mode: 0o600 }).on('error', onLost);
  const tail: string[] = [];
  let pi: number | undefined;
  let brokenBy: string | undefined;
  const onLine = (line: string): void => {
    tail.push(line);
    if (tail.length > 2 * tailLines) tail.splice(0, tailLines);
    pi = findPi(line) ?? pi;
  };
  const onOutput = (chunk: Uint8Array): void => {
    file.write(chunk);
  };
  const drained = async (): Promise<void> => {
    if (file.writableNeedDrain) await once(file, 'drain').catch(() => undefined);
  };
  await kube.streamLog(container, { follow: false, onLine, onOutput, drained, signal }).catch((error: unknown) => {
    brokenBy = error instanceof Error ? error.message : String(error);
    const note = `(the log was cut off: ${brokenBy})`;
    file.write(`${note}\n`);
    onLine(note);
  });
  file.end();
  await finished(file).catch(() => undefined);
  return { path, tail, pi, brokenBy };
}
