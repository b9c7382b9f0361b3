import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { isDiskTrouble } from '../../errors/disk-error.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { HttpAnswer } from '../../ports/http.js';
import { readGoProxies, type GoProxy } from './proxy.js';
import { mostBytesOf, reasonOf, saveBody, type DownloadOptions } from '../verified-download.js';

/** Tries each proxy in turn, like the go command; returns the address that delivered it. */
export async function downloadFromGoProxy(
  host: Host,
  path: string,
  file: string,
  options: DownloadOptions,
): Promise<string> {
  const refusals: string[] = [];
  for (const proxy of await readGoProxies(host)) {
    const url = `${proxy.url}/${path}`;
    const answer = await open(host, proxy, url, options.signal);
    if ('body' in answer) {
      await saveBody(answer, file, options).catch((error: unknown) => {
        if (options.signal?.aborted === true || isDiskTrouble(error)) throw error;
        throw downloadFailed(`${url}: ${reasonOf(error)}`, error);
      });
      return url;
    }
    refusals.push(`${url}: ${answer.refusal}`);
    if (proxy.onFailure === 'stop' && !answer.isAbsent) break;
  }
  throw downloadFailed(refusals.length === 0 ? 'GOPROXY contains no module proxy.' : refusals.join('\n'));
}

type Opened = Pick<HttpAnswer, 'body' | 'contentLength'> | { readonly refusal: string; readonly isAbsent: boolean };

async function open(host: Host, { headers }: GoProxy, url: string, signal: AbortSignal | undefined): Promise<Opened> {
  try {
    if (url.startsWith('file:')) {
      const content = await readFile(fileURLToPath(url));
      return { body: Readable.from([content]), contentLength: content.length };
    }
    const answer = await host.http.get(url, { headers, signal, mostBytes: mostBytesOf() });
    if (answer.status === 200) return answer;
    return { refusal: `HTTP ${String(answer.status)}`, isAbsent: [404, 410].includes(answer.status) };
  } catch (error) {
    signal?.throwIfAborted();
    return { refusal: reasonOf(error), isAbsent: false };
  }
}

function downloadFailed(why: string, cause?: unknown): SparkDevError {
  return new SparkDevError('DOWNLOAD_FAILED', 'Go is not installed and could not be downloaded', {
    why,
    fix: ['Install Go from https://go.dev/dl and put it on the PATH', 'export GOPROXY=https://your-proxy'],
    cause,
  });
}
