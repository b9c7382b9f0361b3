import { text } from 'node:stream/consumers';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { refuseForeignHost } from '../verified-download.js';
import { checksumUrl, type Release, type ReleasePin } from './pins.js';

/** A checksum and a file name; anything much longer is some page. */
const largestBytes = 1024;

/** What the vendor says the file is. Without an answer nothing is installed. */
export async function fetchPublishedChecksum(
  host: Host,
  release: Pick<Release, 'name' | 'redirectsTo'>,
  pin: ReleasePin,
  signal?: AbortSignal,
): Promise<string> {
  const url = checksumUrl(pin);
  let reason: string;
  try {
    const answer = await host.http.get(url, { signal, mostBytes: largestBytes });
    refuseForeignHost({ url, redirectsTo: release.redirectsTo }, answer.url);
    const found = answer.status === 200 ? parseChecksum(await text(answer.body)) : undefined;
    if (found !== undefined) return found;
    reason = answer.status === 200 ? 'it holds no sha256' : `the server answered ${String(answer.status)}`;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    reason = cause instanceof Error ? cause.message : String(cause);
  }
  throw new SparkDevError('CHECKSUM_MISSING', `There is no checksum for ${release.name}, so it is not installed`, {
    why: `${url}: ${reason}`,
    fix: ['Run it again when that address answers', 'spark-dev init --source registries'],
    facts: { url },
  });
}

/** `HEX` alone, or as sha256sum writes it: `HEX  name`. */
export function parseChecksum(text: string): string | undefined {
  return /^([0-9a-f]{64})(?:\s+\*?\S+)?\s*$/i.exec(text)?.[1]?.toLowerCase();
}
