/** What Spark's own jar says by its name, in a listing of paths or names; undefined where it is not among them. */
export function parseSparkCore(listing: string): { readonly version: string; readonly scala: string } | undefined {
  const [, scala, version] = /^(?:.*\/)?spark-core_([\d.]+)-(\d+\.\d+\.\d+\S*)\.jar$/m.exec(listing) ?? [];
  return scala === undefined || version === undefined ? undefined : { version, scala };
}
