import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDiskTrouble } from '../errors/disk-error.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host, HttpAnswer, HttpRequest } from '../ports/host.js';
import type { RunningStep } from '../steps/apply.js';
import { halfMadeName, moveWhole } from './half-made.js';
import { fileSize, sumOf } from '../files/paths.js';

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gets whole megabytes. */
  readonly progress?: RunningStep['progress'];
}

export interface PinnedDownload extends DownloadOptions {
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
  /** Rounded; without it, a limit that any program stays below. */
  readonly sizeMb?: number;
  readonly request?: Omit<HttpRequest, 'mostBytes' | 'signal'>;
  /** Final path after verification; its place in the cache when absent. */
  readonly to?: string;
  /** Other hosts that a redirect may lead to; any when absent. */
  readonly redirectsTo?: readonly string[];
  /** Advice if it does not arrive, or is different; the advice for a package index when absent. */
  readonly advice?: readonly string[];
}

/** Path of a download that was verified once; it may have been damaged since. */
export function downloadPath(host: Host, name: string): string {
  return join(host.directories.cache, 'downloads', name);
}

/** A larger file cannot be the pinned one; sizes are pinned in whole megabytes, for the largest architecture. */
export function mostBytesOf(sizeMb = 300): number {
  return sizeMb * 1.02e6 + 1e6;
}

/** The cached file if its checksum is right; a damaged one is set aside, never used. */
export async function findDownload(
  host: Host,
  { name, sha256, sizeMb }: Pick<PinnedDownload, 'name' | 'sha256' | 'sizeMb'>,
): Promise<string | undefined> {
  const path = downloadPath(host, name);
  const size = await fileSize(path);
  if (size === undefined) return undefined;
  if (size > mostBytesOf(sizeMb)) {
    await rm(path);
    host.ui.warn(`${name} in the cache is too large; it was removed and will be downloaded again`);
    return undefined;
  }
  if ((await sumOf(path)) === sha256) return path;
  await rename(path, `${path}.damaged`);
  host.ui.warn(`${name} in the cache is damaged; it was moved to ${path}.damaged and will be downloaded again`);
  return undefined;
}

/** Downloads next to the cache; the name appears only if the checksum is right. A wrong checksum is retried once, then an error. */
export async function downloadVerified(host: Host, wanted: PinnedDownload): Promise<string> {
  const path = downloadPath(host, wanted.name);
  const goal = wanted.to ?? path;
  await mkdir(dirname(path), { recursive: true });
  let found = '';
  for (let attempt = 1; attempt <= 2; attempt++) {
    const part = halfMadeName(path);
    try {
      await fetchTo(host, wanted, part);
      found = await sumOf(part, wanted.signal);
      if (found === wanted.sha256) {
        await moveWhole(part, goal);
        return goal;
      }
      await rename(part, `${path}.damaged`);
    } finally {
      await rm(part, { force: true });
    }
  }
  throw new SparkDevError('CHECKSUM_MISMATCH', `${wanted.name} does not match its pinned checksum`, {
    why: `Its sha256 was ${found} twice instead of ${wanted.sha256}; it came from ${wanted.url}`,
    fix: wanted.advice ?? ['Contact the operator of the package index, or use another one (PIP_INDEX_URL)'],
    facts: { url: wanted.url, expected: wanted.sha256, found },
  });
}

async function fetchTo(host: Host, wanted: PinnedDownload, path: string): Promise<void> {
  const { name, url, sizeMb, signal, request, advice } = wanted;
  try {
    const answer = await host.http.get(url, { ...request, signal, mostBytes: mostBytesOf(sizeMb) });
    refuseForeignHost(wanted, answer.url);
    if (answer.status !== 200) throw new Error(`the server answered ${String(answer.status)}`);
    await saveBody(answer, path, wanted, sizeMb);
  } catch (error) {
    if (signal?.aborted === true || isDiskTrouble(error)) throw error;
    throw downloadFailed(name, url, error, advice);
  }
}

/** `usualMb` is the total where the server reports none. */
export async function saveBody(
  { body, contentLength }: Pick<HttpAnswer, 'body' | 'contentLength'>,
  path: string,
  { signal, progress }: DownloadOptions,
  usualMb?: number,
): Promise<void> {
  const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
  const total = contentLength === undefined ? usualMb : megabytes(contentLength);
  let bytes = 0;
  const count = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      progress?.('MB', megabytes((bytes += chunk.length)), total);
      yield chunk;
    }
  };
  await pipeline(body, count, createWriteStream(path), { signal });
}

/** A proxy's error page or a foreign server is not the requested file; neither is a fallback to http. */
export function refuseForeignHost(
  { url, redirectsTo }: Pick<PinnedDownload, 'url' | 'redirectsTo'>,
  answeredBy: string,
): void {
  if (redirectsTo === undefined) return;
  const [asked, answered] = [new URL(url), new URL(answeredBy)];
  const isKnown = answered.host === asked.host || redirectsTo.includes(answered.host);
  if (!isKnown || answered.protocol !== asked.protocol) throw new Error(`it redirects to ${answered.origin}`);
}

/** One message for everything that prevents a download. */
export function downloadFailed(
  name: string,
  url: string,
  error: unknown,
  advice: readonly string[] = ['Behind a mirror: set PIP_INDEX_URL or pip.conf'],
): SparkDevError {
  const reason = reasonOf(error);
  const trust = 'Something intercepts TLS: set the PEM file of its certificate authority, PIP_CERT=/path/to/ca.pem';
  return new SparkDevError('DOWNLOAD_FAILED', `${name} is not in the cache and cannot be downloaded`, {
    why: `${url}: ${reason}`,
    fix: [
      ...(/certificate|unable to verify/i.test(reason) ? [trust] : []),
      'Check the network and the proxy (HTTPS_PROXY, NO_PROXY), then run it again',
      ...advice,
    ],
    cause: error,
    facts: { name, url },
  });
}

/** fetch reports "terminated" or "fetch failed", and the reason below. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** `user:password@` goes into a header: fetch refuses such addresses, and messages must not show them. */
export function splitCredentials(address: string) {
  const url = new URL(address);
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  const headers: Readonly<Record<string, string>> =
    pair === ':' ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
  return { url: url.href, headers };
}
