/** Means the same as a path and as a URI, for Spark's lists and for its patterns. */
const plain = /^[\w/.+=@~-]+$/;

/**
 * Spark reads each path as a URI where it can: `%20` in a folder would become a blank, and `#` would end the path. A plain
 * path stays as it is, for people to read.
 */
export function fileUri(path: string): string {
  return plain.test(path) ? path : `file://${path.split('/').map(encode).join('/')}`;
}

/** For --files and the like, where Spark expands patterns after it has decoded the URI: Hadoop takes `\*` for a star. */
export function listedUri(path: string): string {
  return fileUri(path.replaceAll(/[*{}\\]/g, String.raw`\$&`));
}

/** Commas separate the list, Hadoop takes a colon for the end of a scheme, and Spark itself forgets to encode a bracket and a question mark. */
export function findUnlistable(path: string): string | undefined {
  return /[,:?[\]]/.exec(path)?.[0];
}

function encode(segment: string): string {
  return encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
