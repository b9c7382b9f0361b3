import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { exitCodes, type ErrorCode } from '../../src/errors/spark-dev-error.js';

interface Common {
  readonly command: string;
  readonly ok: boolean;
  readonly warnings: readonly string[];
  readonly tookMs: number;
}

interface ShownError {
  readonly code: ErrorCode;
  readonly exitCode: number;
  readonly what: string;
  readonly why?: string;
  readonly fix: readonly string[];
  readonly log?: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** An answer (which may itself say no), or an error. */
export type ReadEnvelope = Common & ({ readonly data: unknown } | { readonly error: ShownError });

export type ReadEvent = { readonly ts: string } & (
  | {
      readonly type: 'step';
      readonly id: number;
      readonly step: string;
      readonly state: string;
      readonly note?: string;
    }
  | { readonly type: 'progress'; readonly id: number; readonly note: string }
  | { readonly type: 'log'; readonly source: string; readonly line: string }
  | { readonly type: 'warn'; readonly line: string }
  | ({ readonly type: 'result' | 'error' } & ReadEnvelope)
);

const envelope = readSchema('envelope');
const event = readSchema('event');

/** What is published is what is tested against. */
function readSchema(name: string): z.ZodType {
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  return z.fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0]);
}

/** One line, one envelope, nothing else on stdout. */
export function readEnvelope(stdout: string): ReadEnvelope {
  if (stdout.trimEnd().includes('\n')) throw new Error(`more than one line on stdout: ${stdout}`);
  return knownCode(envelope.parse(JSON.parse(stdout)) as ReadEnvelope);
}

/** A line each, the last one the result or the error, and none of these before. */
export function readEvents(stdout: string): readonly ReadEvent[] {
  if (!stdout.endsWith('\n')) throw new Error(`the last line has no end: ${stdout}`);
  const lines = stdout.slice(0, -1).split('\n');
  const events = lines.map((line) => event.parse(JSON.parse(line)) as ReadEvent);
  const ends = events.filter(({ type }) => type === 'result' || type === 'error');
  if (ends.length !== 1 || ends[0] !== events.at(-1)) throw new Error(`not one end, at the end: ${stdout}`);
  return events;
}

export function readError(stdout: string): ShownError {
  const read = readEnvelope(stdout);
  if (!('error' in read)) throw new Error(`no error: ${stdout}`);
  return read.error;
}

export function readResult(stdout: string): Readonly<Record<string, unknown>> {
  const read = readEnvelope(stdout);
  if ('error' in read) throw new Error(`an error: ${stdout}`);
  return read.data as Readonly<Record<string, unknown>>;
}

function knownCode(read: ReadEnvelope): ReadEnvelope {
  if ('error' in read && !Object.hasOwn(exitCodes, read.error.code))
    throw new Error(`no such code: ${read.error.code}`);
  return read;
}
