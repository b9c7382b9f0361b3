/** Means the same as a path and as a URI, in Spark's lists and patterns. */
const plain = /^[\w/.+=@~-]+$/;

/**
 * Spark reads paths as URIs where it can: `%20` in a folder name would become a blank, and `#` would end the path. Plain paths
 * stay unchanged, which is easier to read.
 */
export function fileUri(path: string): string {
  return plain.test(path) ? path : `file://${path.split('/').map(encode).join('/')}`;
}

/** For --files and the like, where Spark decodes the URI and then expands patterns: Hadoop reads `\*` as a star. */
export function listedUri(path: string): string {
  return fileUri(path.replaceAll(/[*{}\\]/g, String.raw`\$&`));
}

/** Commas separate the list, Hadoop reads a colon as the end of a scheme, and Spark itself forgets to encode brackets and question marks. */
export function findUnlistable(path: string): string | undefined {
  return /[,:?[\]]/.exec(path)?.[0];
}

function encode(segment: string): string {
  return encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
