/** A file of the Python package index whose content is known. */
export interface PinnedFile {
  /** As the package index lists it. */
  readonly name: string;
  readonly project: string;
  readonly sha256: string;
  /** Of the largest architecture; a download that is clearly larger is stopped. */
  readonly sizeMb: number;
}
