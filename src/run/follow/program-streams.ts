import type { Ui } from '../../ports/ui.js';
import { streamMarks } from '../../runs/log-lines.js';
import { findPi, type SparkSeen } from '../../runs/record.js';
import type { ProgramNote } from '../../spark/outcome.js';
import { ByteTail } from '../../text/byte-tail.js';
import { LineSplitter } from '../../text/line-splitter.js';

/** Where the three things go that a running program and its Spark write. */
export interface ProgramSink {
  /** The program's stdout, byte for byte. */
  readonly output: (chunk: Uint8Array) => void;
  /** A line of the program's stderr. */
  readonly error: (line: string) => void;
  /** A line of Spark's log, or of a stream that has the program's lines too: a JVM has one stderr for both. */
  readonly log: (line: string, isWhole: boolean) => void;
}

/** With --json, stdout is for the answer: the program's lines are shown with the others. */
export function showProgram(
  ui: Pick<Ui, 'output' | 'log'>,
  log: ProgramSink['log'] = (line) => {
    ui.log(line);
  },
): ProgramSink {
  const error = (line: string): void => {
    ui.log(line);
  };
  const lines = new LineSplitter(error);
  const output = (chunk: Uint8Array): void => {
    if (ui.output === undefined) lines.add(chunk);
    else ui.output(chunk);
  };
  return { output, error, log };
}

/** How much of each was handed on. */
export interface ProgramCounts {
  readonly bytes: number;
  readonly errors: number;
  readonly log: number;
}

/** Leaves out what was handed on before. */
export function restOf(sink: ProgramSink, { bytes, errors, log }: ProgramCounts): ProgramSink {
  return {
    output: (chunk) => {
      if (chunk.length > bytes) sink.output(chunk.subarray(bytes));
      bytes = Math.max(0, bytes - chunk.length);
    },
    error: (line) => {
      if (errors-- <= 0) sink.error(line);
    },
    log: (line, isWhole) => {
      if (log-- <= 0) sink.log(line, isWhole);
    },
  };
}

const anyMark = new RegExp(`[${Object.values(streamMarks).join('')}]`);

/** Spark's log has one of these lines unless the job silences INFO. */
const startLine = /SparkContext: Running Spark version|Successfully started service 'SparkUI'/;
/** Only a driver that runs the tasks itself has it. */
const localLine = /Executor: Starting executor ID driver on host/;
const outputBytes = 1024 * 1024;
const tailLines = 200;

/**
 * Takes apart what a driver writes: its stderr with marked lines, or a pod's log, where stdout is framed too. Lines without a
 * mark are of Spark's log. Remembers the ends of all three.
 */
export function readProgram(sink: ProgramSink) {
  const output = new ByteTail(outputBytes);
  const errors: string[] = [];
  const log: string[] = [];
  let pi: number | undefined;
  let note: ProgramNote | undefined;
  let spark: SparkSeen = 'nothing';
  const counts = { bytes: 0, errors: 0, log: 0 };
  const print = (chunk: Uint8Array): void => {
    counts.bytes += chunk.length;
    output.add(chunk);
    sink.output(chunk);
  };
  const logLine = (line: string, isWhole: boolean): void => {
    counts.log += 1;
    remember(log, line);
    pi = findPi(line) ?? pi;
    if (localLine.test(line)) spark = 'local';
    else if (spark === 'nothing' && startLine.test(line)) spark = 'context';
    sink.log(line, isWhole);
  };
  const marked = (mark: string, text: string): void => {
    if (mark === streamMarks.line) print(Buffer.from(`${text}\n`));
    else if (mark === streamMarks.piece) print(Buffer.from(text));
    else if (mark === streamMarks.error) {
      counts.errors += 1;
      remember(errors, text);
      sink.error(text);
    } else if (text.startsWith('{')) note = { fromStart: counts.bytes === 0, ...note, ...parseNote(text) };
    else print(Buffer.from(text, 'base64'));
  };
  const sparkSeen = (): SparkSeen => {
    if (note?.context === undefined || spark === 'local') return spark;
    return note.context ? 'context' : 'nothing';
  };
  return {
    /** Its stdout, where that is a stream of its own. */
    output: print,
    line: (line: string): void => {
      const at = line.search(anyMark);
      // the rest of a long line of the log may stand before a mark, because two processes write to the same stream
      if (at !== 0) logLine(at < 0 ? line : line.slice(0, at), at < 0);
      if (at >= 0) marked(line.charAt(at), line.slice(at + 1));
    },
    counts: (): ProgramCounts => ({ ...counts }),
    /** A node keeps only the end of a long log. */
    isFromStart: () => note?.fromStart === true,
    seen: () => {
      const text = output.text();
      return {
        pi: findPi(text) ?? pi,
        /** Undefined if the driver's streams were joined before they came here. */
        output: note === undefined && counts.bytes === 0 ? undefined : text.slice(-longestOutput),
        note,
        spark: sparkSeen(),
        errors: [...errors],
        log: [...log],
      };
    },
  };
}

/** The last one is half written where the driver was killed. */
function parseNote(text: string): ProgramNote {
  try {
    return JSON.parse(text) as ProgramNote;
  } catch {
    return {};
  }
}

/** Characters; the run's log has everything. */
const longestOutput = 64 * 1024;

function remember(lines: string[], line: string): void {
  lines.push(line);
  if (lines.length > 2 * tailLines) lines.splice(0, tailLines);
}
