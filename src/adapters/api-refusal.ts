/** The API server's answer in place of the requested one. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** The pause that it requests; undefined if retrying is useless. */
  readonly pauseMs: number | undefined;
}

const usualPauseMs = 1000;
/** A server that requests more is effectively down: callers have their own limits. */
const longestPauseMs = 30_000;

/** Reads client-node's two kinds of errors and the object of an `ERROR` event; undefined for anything that is not an answer. */
export function readRefusal(error: unknown): Refusal | undefined {
  const { code, statusCode, body, headers, message } = (error ?? {}) as Record<string, unknown>;
  const status = code ?? statusCode;
  if (typeof status !== 'number') return undefined;
  const retryAfter = (headers as Record<string, string> | undefined)?.['retry-after'];
  return refusalOf(status, messageIn(body === undefined ? { message } : body), retryAfter);
}

export function refusalOf(status: number, message: string, retryAfter: string | undefined): Refusal {
  // like client-go: retry after 429, and after 5xx only with a Retry-After
  const isPassing = status === 429 || (status >= 500 && retryAfter !== undefined);
  const seconds = Number(retryAfter ?? NaN);
  const pauseMs = Number.isFinite(seconds) ? Math.min(seconds * 1000, longestPauseMs) : usualPauseMs;
  return { status, message, pauseMs: isPassing ? pauseMs : undefined };
}

/** The server's own message, which client-node hides among headers. */
export function describeFailure(error: unknown): string {
  const refusal = readRefusal(error);
  if (refusal === undefined) return error instanceof Error ? error.message : String(error);
  const { status, message } = refusal;
  const busy = status === 429 ? ' (too many requests)' : '';
  return `the API server answered ${String(status)}${busy}${message === '' ? '' : `: ${message}`}`;
}

/** From a Status object, parsed or not, or the plain text of a proxy. */
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
