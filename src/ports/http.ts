export interface HttpRequest {
  /** A longer body, measured after decoding, ends in an error. */
  readonly mostBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** A PEM file trusted in addition to the system's roots (pip's `cert`). */
  readonly caFile?: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Bytes; undefined if the server does not report them. */
  readonly contentLength: number | undefined;
  /** After redirects. */
  readonly url: string;
  /** Throws if it is too long, stalls or is too slow. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Http {
  /** Follows redirects and honours HTTP(S)_PROXY and NO_PROXY; any status is an answer; throws only if there is none. */
  get(url: string, request: HttpRequest): Promise<HttpAnswer>;
}
