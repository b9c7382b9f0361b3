import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { isDiskTrouble } from '../../errors/disk-error.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { readGoProxies, type GoProxy } from './proxy.js';
import { mostBytesOf } from '../verified-download.js';

export interface GoFetchOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
}

/** Tries each proxy in turn, like the go command; returns the address that delivered it. */
export async function downloadFromGoProxy(
  host: Host,
  path: string,
  file: string,
  options: GoFetchOptions,
): Promise<string> {
  const refusals: string[] = [];
  for (const proxy of await readGoProxies(host)) {
    const url = `${proxy.url}/${path}`;
    const answer = await open(host, proxy, url, options);
    if ('body' in answer) {
      await save(answer, url, file, options);
      return url;
    }
    refusals.push(`${url}: ${answer.refusal}`);
    if (proxy.onFailure === 'stop' && !answer.isAbsent) break;
  }
  throw downloadFailed(refusals.length === 0 ? 'GOPROXY contains no module proxy.' : refusals.join('\n'));
}

interface Body {
  readonly body: AsyncIterable<Uint8Array>;
  readonly length: number | undefined;
}

type Opened = Body | { readonly refusal: string; readonly isAbsent: boolean };

async function open(host: Host, proxy: GoProxy, url: string, options: GoFetchOptions): Promise<Opened> {
  try {
    if (url.startsWith('file:')) {
      const content = await readFile(fileURLToPath(url));
      return { body: Readable.from([content]), length: content.length };
    }
    const headers = proxy.authorization === undefined ? {} : { authorization: proxy.authorization };
    const answer = await host.http.get(url, { headers, signal: options.signal, mostBytes: mostBytesOf() });
    if (answer.status === 200) return { body: answer.body, length: answer.contentLength };
    return { refusal: `HTTP ${String(answer.status)}`, isAbsent: [404, 410].includes(answer.status) };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { refusal: messageOf(error), isAbsent: false };
  }
}

async function save({ body, length }: Body, url: string, file: string, options: GoFetchOptions): Promise<void> {
  try {
    await pipeline(Readable.from(body), countBytes(length, options), createWriteStream(file), {
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (options.signal?.aborted === true || isDiskTrouble(error)) throw error;
    throw downloadFailed(`${url}: ${messageOf(error)}`, error);
  }
}

function downloadFailed(why: string, cause?: unknown): SparkDevError {
  return new SparkDevError('DOWNLOAD_FAILED', 'Go is not installed and could not be downloaded', {
    why,
    fix: ['Install Go from https://go.dev/dl and put it on the PATH', 'export GOPROXY=https://your-proxy'],
    cause,
  });
}

/** fetch reports "terminated" or "fetch failed", and the reason below. */
function messageOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function countBytes(total: number | undefined, options: GoFetchOptions): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      options.onProgress?.(bytes, total);
      done(null, chunk);
    },
  });
}
