import { z } from 'zod';
import { exitCodes, type ErrorCode } from '../../src/errors/codes.js';

const common = {
  schema: z.literal('spark-dev/v1'),
  command: z.string(),
  warnings: z.array(z.string()),
  tookMs: z.int().nonnegative(),
};

const error = z.strictObject({
  code: z.enum(Object.keys(exitCodes) as [ErrorCode, ...ErrorCode[]]),
  exitCode: z.int(),
  what: z.string().min(1),
  why: z.string().optional(),
  fix: z.array(z.string()),
  log: z.string().optional(),
  facts: z.record(z.string(), z.unknown()).optional(),
});

/** The one shape of `--json`: an answer (which may itself say no), or an error. */
const envelope = z.union([
  z.strictObject({ ...common, ok: z.boolean(), data: z.unknown() }),
  z.strictObject({ ...common, ok: z.literal(false), error }),
]);

/** One line, one envelope, nothing else on stdout. */
export function readEnvelope(stdout: string): z.infer<typeof envelope> {
  if (stdout.trimEnd().includes('\n')) throw new Error(`more than one line on stdout: ${stdout}`);
  return envelope.parse(JSON.parse(stdout));
}

export function readError(stdout: string): z.infer<typeof error> {
  const read = readEnvelope(stdout);
  if (!('error' in read)) throw new Error(`no error: ${stdout}`);
  return read.error;
}

export function readResult(stdout: string): Readonly<Record<string, unknown>> {
  const read = readEnvelope(stdout);
  if ('error' in read) throw new Error(`an error: ${stdout}`);
  return read.data as Readonly<Record<string, unknown>>;
}
