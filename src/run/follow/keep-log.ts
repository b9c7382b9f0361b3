import type { Host } from '../../ports/host.js';
import type { Kube, PodContainer } from '../../ports/kube.js';
import { readProgram } from './program-streams.js';
import { openRunLog } from './run-log.js';

interface Reading {
  readonly host: Pick<Host, 'ui'>;
  readonly kube: Kube;
  readonly signal: AbortSignal;
  /** What the program wrote on stdout, from the pod's log. */
  readonly onOutput?: (chunk: Uint8Array) => void;
}

/**
 * Reads the whole log of a finished container: what the driver wrote into the file, only the end into memory. If the stream
 * breaks, it reads the log once more from the start and keeps what it got.
 */
export async function keepLog(reading: Reading, container: PodContainer, path: string) {
  const first = await readInto(path, reading, container);
  const isWhole = first.brokenBy === undefined || reading.signal.aborted;
  return isWhole ? first : readInto(path, reading, container);
}

const lineEnd = 0x0a;
/** Longer ones are not marked, and need not be held. */
const longestLine = 64 * 1024;

async function readInto(path: string, { host, kube, signal, onOutput }: Reading, container: PodContainer) {
  const log = openRunLog(host, path);
  let line: Uint8Array = Buffer.alloc(0);
  let brokenBy: string | undefined;
  const program = readProgram({
    output: (chunk) => {
      log.write(chunk);
      onOutput?.(chunk);
    },
    error: (text) => {
      log.write(`${text}\n`);
    },
    // what has no mark is kept as it is
    log: (text, isWhole) => {
      log.write(isWhole ? line : `${text}\n`);
    },
  });
  const take = (chunk: Uint8Array): void => {
    for (let rest = chunk; rest.length > 0;) {
      const end = rest.indexOf(lineEnd) + 1;
      line = Buffer.concat([line, end === 0 ? rest : rest.subarray(0, end)]);
      rest = end === 0 ? rest.subarray(rest.length) : rest.subarray(end);
      if (end > 0 || line.length > longestLine) endLine();
    }
  };
  const endLine = (): void => {
    program.line(
      Buffer.from(line)
        .toString()
        .replace(/\r?\n$/, ''),
    );
    line = Buffer.alloc(0);
  };
  await kube
    .streamLog(container, { follow: false, onLine: () => undefined, onOutput: take, drained: log.drained, signal })
    .catch((error: unknown) => {
      brokenBy = error instanceof Error ? error.message : String(error);
    });
  if (line.length > 0) endLine();
  if (brokenBy !== undefined) {
    line = Buffer.from(`(the log was cut off: ${brokenBy})\n`);
    endLine();
  }
  await log.close();
  return { path, brokenBy, ...program.seen() };
}
