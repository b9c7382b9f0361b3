import { exitCodes, type ErrorCode } from './codes.js';

export interface Explanation {
  readonly why?: string;
  /** Exact commands or actions, most likely first. */
  readonly fix?: readonly string[];
  /** Path of the complete log. */
  readonly log?: string;
  readonly cause?: unknown;
  /** Machine-readable facts for the JSON envelope. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The one error that users see: what happened, why, and how to fix it. Plain text only; the renderer does the layout. */
export class SparkDevError extends Error {
  override readonly name = 'SparkDevError';
  readonly why: string | undefined;
  readonly fix: readonly string[];
  readonly log: string | undefined;
  readonly facts: Readonly<Record<string, unknown>> | undefined;

  constructor(
    readonly code: ErrorCode,
    readonly what: string,
    explanation: Explanation = {},
  ) {
    super(what, explanation.cause === undefined ? undefined : { cause: explanation.cause });
    this.why = explanation.why;
    this.fix = explanation.fix ?? [];
    this.log = explanation.log;
    this.facts = explanation.facts;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}
