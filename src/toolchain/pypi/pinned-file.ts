/** A file of the Python package index with known content. */
export interface PinnedFile {
  readonly name: string;
  readonly project: string;
  readonly sha256: string;
  /** Size for the largest architecture; a clearly larger download is stopped. */
  readonly sizeMb: number;
}
