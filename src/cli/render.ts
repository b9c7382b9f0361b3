import { styleText } from 'node:util';
import type { SparkDevError } from '../errors/spark-dev-error.js';
import { stripControls } from '../errors/strip-controls.js';

export const envelopeSchema = 'spark-dev/v1';

interface Circumstances {
  readonly warnings: readonly string[];
  readonly tookMs: number;
}

/** `data`, unless there is an error. Published as schemas/envelope.schema.json. */
export type Envelope = Readonly<Record<string, unknown>>;

export function envelopeOf(command: string, data: unknown, around: Circumstances & { readonly ok: boolean }): Envelope {
  const { ok, warnings, tookMs } = around;
  return { schema: envelopeSchema, command, ok, data, warnings, tookMs: Math.round(tookMs) };
}

export function errorEnvelopeOf(
  command: string,
  error: SparkDevError,
  { exitCode, warnings, tookMs }: Circumstances & { readonly exitCode: number },
): Envelope {
  const { code, what, why, fix, log, facts } = error;
  const shown = { code, exitCode, what, why, fix, log, facts };
  return { schema: envelopeSchema, command, ok: false, error: shown, warnings, tookMs: Math.round(tookMs) };
}

export function renderJson(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** One line of `-o ndjson`, with its time. */
export function renderEvent(event: object): string {
  return renderJson({ ts: new Date().toISOString(), ...event });
}

/** What · why · fix · details. */
export function renderErrorText(
  error: SparkDevError,
  look: { readonly colour: boolean; readonly stack: boolean },
): string {
  const paint = (style: 'red' | 'dim' | 'bold', text: string): string => (look.colour ? styleText(style, text) : text);
  const lines = [
    `${paint('red', 'error')} ${clean(error.what)} ${paint('dim', `[${error.code}]`)}`,
    ...(error.why === undefined ? [] : [`  why: ${clean(error.why)}`]),
    ...error.fix.map((fix, index) => `  ${index === 0 ? 'fix:' : '  or'} ${clean(fix)}`),
    ...(error.log === undefined ? [] : [`  details: ${error.log}`]),
    ...(look.stack ? [error.stack ?? '', ...(error.cause instanceof Error ? [error.cause.stack ?? ''] : [])] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function clean(text: string): string {
  return text.split('\n').map(stripControls).join('\n       ');
}
