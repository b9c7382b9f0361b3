export interface HttpRequest {
  /** A body that is longer, counted after decoding, ends in an error. */
  readonly mostBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** A PEM file trusted beside the system's roots (pip's `cert`). */
  readonly caFile?: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Bytes; undefined where the server does not say. */
  readonly contentLength: number | undefined;
  /** After redirects. */
  readonly url: string;
  /** Throws when it is longer than asked for, stalls or trickles. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Http {
  /** Follows redirects and honours HTTP(S)_PROXY and NO_PROXY; any status is an answer; throws only when there is none. */
  get(url: string, request: HttpRequest): Promise<HttpAnswer>;
}
