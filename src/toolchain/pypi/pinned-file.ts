/** A file of the Python package index with known content. */
export interface PinnedFile {
  /** The name in the package index. */
  readonly name: string;
  readonly project: string;
  readonly sha256: string;
  /** Size for the largest architecture; a clearly larger download is stopped. */
  readonly sizeMb: number;
}
