import { styleText } from 'node:util';
import type { SparkDevError } from '../errors/spark-dev-error.js';
import { stripControls } from '../errors/strip-controls.js';

export const envelopeSchema = 'spark-dev/v1';

interface Circumstances {
  readonly warnings: readonly string[];
  readonly tookMs: number;
}

export function renderResultEnvelope(
  command: string,
  data: unknown,
  around: Circumstances & { readonly ok: boolean },
): string {
  const { ok, warnings, tookMs } = around;
  return line({ schema: envelopeSchema, command, ok, data, warnings, tookMs: Math.round(tookMs) });
}

export function renderErrorEnvelope(
  command: string,
  error: SparkDevError,
  { exitCode, warnings, tookMs }: Circumstances & { readonly exitCode: number },
): string {
  const { code, what, why, fix, log, facts } = error;
  const shown = { code, exitCode, what, why, fix, log, facts };
  return line({ schema: envelopeSchema, command, ok: false, error: shown, warnings, tookMs: Math.round(tookMs) });
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

function line(envelope: object): string {
  return `${JSON.stringify(envelope)}\n`;
}
