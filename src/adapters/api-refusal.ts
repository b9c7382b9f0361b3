/** What the API server answered in place of what it was asked for. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** How long it asks to be left alone; undefined where asking again is of no use. */
  readonly pauseMs: number | undefined;
}

const usualPauseMs = 1000;
/** A server that wants more than that is as good as gone: those who wait have their own limits. */
const longestPauseMs = 30_000;

/** Reads client-node's two kinds of errors and the object of an `ERROR` event; undefined for all that is no answer. */
export function readRefusal(error: unknown): Refusal | undefined {
  const { code, statusCode, body, headers, message } = (error ?? {}) as Record<string, unknown>;
  const status = code ?? statusCode;
  if (typeof status !== 'number') return undefined;
  const retryAfter = (headers as Record<string, string> | undefined)?.['retry-after'];
  return refusalOf(status, messageIn(body === undefined ? { message } : body), retryAfter);
}

export function refusalOf(status: number, message: string, retryAfter: string | undefined): Refusal {
  // client-go too asks again after 429, and after 5xx only where a time is named
  const isPassing = status === 429 || (status >= 500 && retryAfter !== undefined);
  const seconds = Number(retryAfter ?? NaN);
  const pauseMs = Number.isFinite(seconds) ? Math.min(seconds * 1000, longestPauseMs) : usualPauseMs;
  return { status, message, pauseMs: isPassing ? pauseMs : undefined };
}

/** The answer's own sentence, which client-node buries among headers. */
export function describeFailure(error: unknown): string {
  const refusal = readRefusal(error);
  if (refusal === undefined) return error instanceof Error ? error.message : String(error);
  const { status, message } = refusal;
  const busy = status === 429 ? ' (too many requests)' : '';
  return `the API server answered ${String(status)}${busy}${message === '' ? '' : `: ${message}`}`;
}

/** Of a Status object, parsed or not, or the plain text of a proxy. */
export function messageIn(body: unknown): string {
  if (typeof body === 'string') {
    try {
      return messageIn(JSON.parse(body));
    } catch {
      return body.trim().slice(0, 200);
    }
  }
  const message = (body as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : '';
}
