export interface LongForm {
  readonly meaning: string;
  /** The usual ones first. */
  readonly causes: readonly string[];
  readonly actions: readonly string[];
}
