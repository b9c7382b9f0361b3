import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { HttpRequest } from '../../ports/http.js';
import { listConfigurationFiles, mergeConfiguration, type PypiConfiguration } from './configuration.js';
import { findInIndexPage, indexAccept } from './simple-index.js';
import type { PinnedFile } from './pinned-file.js';
import { downloadFailed, downloadVerified, findDownload } from '../verified-download.js';

export interface PypiFetchOptions {
  readonly signal: AbortSignal;
  readonly onMegabytes?: (done: number, total: number | undefined) => void;
}

/** The pinned file from the cache or from the indexes that pip would use; verified in both cases. */
export async function fetchFromPypi(host: Host, file: PinnedFile, options: PypiFetchOptions): Promise<string> {
  const cached = await findDownload(host, file);
  if (cached !== undefined) return cached;
  const configuration = await readPypiConfiguration(host);
  const { url, request } = await locate(host, file, configuration, options.signal);
  const { onMegabytes } = options;
  return downloadVerified(host, {
    name: file.name,
    url,
    sha256: file.sha256,
    sizeMb: file.sizeMb,
    request,
    ...(onMegabytes === undefined ? {} : { onMegabytes }),
  });
}

export async function readPypiConfiguration(host: Host): Promise<PypiConfiguration> {
  const paths = listConfigurationFiles({ env: host.env, os: host.platform.os, userHome: host.directories.userHome });
  const files = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
  return mergeConfiguration(files, host.env);
}

/** PyPI's own largest pages have a few. */
const largestPageBytes = 20_000_000;

/** Tries one index after the other; reports the first failure, because the first index matters most. */
async function locate(
  host: Host,
  file: PinnedFile,
  { indexUrls, caFile }: PypiConfiguration,
  signal: AbortSignal,
): Promise<{ readonly url: string; readonly request: Omit<HttpRequest, 'mostBytes'> }> {
  let failure: SparkDevError | undefined;
  for (const indexUrl of indexUrls) {
    const index = splitCredentials(`${indexUrl}/${file.project}/`);
    const request = { signal, caFile, headers: index.headers };
    try {
      const answer = await host.http.get(index.url, {
        ...request,
        mostBytes: largestPageBytes,
        headers: { ...index.headers, accept: indexAccept },
      });
      if (answer.status !== 200) throw new Error(`the index answered ${String(answer.status)}`);
      const body = await text(answer.body);
      const found = findInIndexPage({ url: answer.url, contentType: answer.contentType, body }, file.name);
      if (found === undefined) throw new Error(`the index does not list ${file.name}`);
      const target = splitCredentials(found);
      const sameOrigin = new URL(target.url).origin === new URL(index.url).origin;
      return {
        url: target.url,
        request: { ...request, headers: { ...(sameOrigin ? index.headers : {}), ...target.headers } },
      };
    } catch (error) {
      if (signal.aborted) throw error;
      failure ??= downloadFailed(file.name, index.url, error);
    }
  }
  throw failure ?? new SparkDevError('DOWNLOAD_FAILED', `There is no package index to fetch ${file.name} from`);
}

/** `user:password@` goes into a header: fetch refuses such addresses, and messages must not show them. */
function splitCredentials(address: string): {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  const url = new URL(address);
  if (url.username === '') return { url: url.href, headers: {} };
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url: url.href, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}
