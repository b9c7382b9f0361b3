import type { Argv } from '../ports/runner.js';

export interface PlannedDownload {
  readonly url: string;
  /** Absent if the vendor's checksum file decides, the first time. */
  readonly sha256?: string;
  readonly checksumUrl?: string;
}

/** The part of a step that a dry run shows. */
export interface ShownStep {
  readonly title: string;
  readonly why: string;
  /** Shown by --dry-run: exactly what would run, in this order. */
  readonly commands: readonly Argv[];
  /** Third-party files to download, with their expected checksums. */
  readonly downloads?: readonly PlannedDownload[];
}

/** One entry of a plan. Plain data, so that plans can be compared and printed as JSON; `applySteps` receives the code for it. */
export interface Step<Id extends string = string> extends ShownStep {
  readonly id: Id;
  /** Ids of steps that must be done before; ids outside the plan are done already. Absent: the step before it. */
  readonly needs?: readonly string[];
}
