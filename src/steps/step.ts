import type { Argv } from '../ports/runner.js';

/** A file of others that would be fetched. */
export interface PlannedDownload {
  readonly url: string;
  /** Absent where the vendor's checksum file decides, the first time. */
  readonly sha256?: string;
  readonly checksumUrl?: string;
}

/** As much of a step as whoever reads a dry run needs. */
export interface ShownStep {
  readonly title: string;
  /** What was seen that makes it necessary. */
  readonly why: string;
  /** Shown by --dry-run: exactly what would run, in this order. */
  readonly commands: readonly Argv[];
  /** Files of others that would be fetched, with what they must be. */
  readonly downloads?: readonly PlannedDownload[];
}

/** One entry of a plan. It is data, so that plans can be compared and printed as JSON; `applySteps` is given what does it. */
export interface Step<Id extends string = string> extends ShownStep {
  readonly id: Id;
  /** Ids of steps that must be done before; those that are not in the plan are done already. Absent: the step before it. */
  readonly needs?: readonly string[];
}
