import { styleText } from 'node:util';
import type { SparkDevError } from '../errors/spark-dev-error.js';
import { stripControls } from '../errors/strip-controls.js';

/** Published as schemas/envelope.schema.json. */
export const envelopeSchema = 'spark-dev/v1';

/** The envelope's `error`. */
export function describeError({ code, what, why, fix, log, facts }: SparkDevError, exitCode: number): object {
  return { code, exitCode, what, why, fix, log, facts };
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
