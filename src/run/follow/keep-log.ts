import type { Host } from '../../ports/host.js';
import type { Kube, PodContainer } from '../../ports/kube.js';
import { readProgram, restOf, type ProgramCounts, type ProgramSink } from './program-streams.js';
import { openRunLog } from './run-log.js';

interface Reading {
  readonly host: Pick<Host, 'ui'>;
  readonly kube: Kube;
  readonly signal: AbortSignal;
  /** For what was not handed on while the container ran. */
  readonly rest?: { readonly sink: ProgramSink; readonly shown: ProgramCounts };
}

/**
 * Reads the whole log of a finished container: what the driver wrote into the file, only the end into memory. If the stream
 * breaks, it reads the log once more from the start and keeps what it got.
 */
export async function keepLog(reading: Reading, container: PodContainer, path: string) {
  const { host, signal, rest } = reading;
  const first = await readInto(path, reading, container);
  const isWhole = first.brokenBy === undefined || signal.aborted;
  const again = rest && { ...rest, shown: most(rest.shown, first.counts) };
  const kept = isWhole ? first : await readInto(path, { ...reading, ...(again && { rest: again }) }, container);
  const { bytes: written = 0 } = kept.note ?? {};
  const { bytes: had } = most(rest?.shown, kept.counts);
  if (had < written)
    host.ui.warn(
      `Of ${String(written)} bytes that the program printed, ${String(written - had)} are lost: the node keeps only the end of a log`,
    );
  return kept;
}

function most(one: ProgramCounts | undefined, other: ProgramCounts): ProgramCounts {
  return one === undefined || one.bytes + one.log + one.errors < other.bytes + other.log + other.errors ? other : one;
}

const lineEnd = 0x0a;
/** Longer ones are not marked, and need not be held. */
const longestLine = 64 * 1024;

async function readInto(path: string, { host, kube, signal, rest }: Reading, container: PodContainer) {
  const unseen = rest && restOf(rest.sink, rest.shown);
  const log = openRunLog(host, path);
  let line: Uint8Array = Buffer.alloc(0);
  let brokenBy: string | undefined;
  const program = readProgram({
    output: (chunk) => {
      log.write(chunk);
      if (program.isFromStart()) unseen?.output(chunk);
    },
    error: (text) => {
      log.write(`${text}\n`);
      if (program.isFromStart()) unseen?.error(text);
    },
    // what has no mark is kept as it is
    log: (text, isWhole) => {
      log.write(isWhole ? line : `${text}\n`);
      if (program.isFromStart()) unseen?.log(text, isWhole);
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
  return { path, brokenBy, counts: program.counts(), ...program.seen() };
}
