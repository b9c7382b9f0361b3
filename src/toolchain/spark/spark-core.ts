/** The versions in the name of Spark's own jar, from a listing of paths or names; undefined if it is not among them. */
export function parseSparkCore(listing: string): { readonly version: string; readonly scala: string } | undefined {
  const [, scala, version] = /^(?:.*\/)?spark-core_([\d.]+)-(\d+\.\d+\.\d+\S*)\.jar$/m.exec(listing) ?? [];
  return scala === undefined || version === undefined ? undefined : { version, scala };
}
