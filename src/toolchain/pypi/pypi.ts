import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { listConfigurationFiles, mergeConfiguration, type PypiConfiguration } from './configuration.js';
import { findInIndexPage, indexAccept } from './simple-index.js';
import type { PinnedFile } from './pinned-file.js';
import {
  downloadFailed,
  downloadVerified,
  findDownload,
  splitCredentials,
  type DownloadOptions,
  type PinnedDownload,
} from '../verified-download.js';

/** The pinned file from the cache or from the indexes that pip would use; verified in both cases. */
export async function fetchFromPypi(
  host: Host,
  file: PinnedFile,
  options: DownloadOptions & { readonly signal: AbortSignal },
): Promise<string> {
  const cached = await findDownload(host, file);
  if (cached !== undefined) return cached;
  const found = await locate(host, file, await readPypiConfiguration(host), options.signal);
  const { name, sha256, sizeMb } = file;
  return downloadVerified(host, { name, sha256, sizeMb, ...found, ...options });
}

export async function readPypiConfiguration(host: Host): Promise<PypiConfiguration> {
  const paths = listConfigurationFiles(host.env, host.platform.os, host.directories.userHome);
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
): Promise<Pick<PinnedDownload, 'url' | 'request'>> {
  let failure: SparkDevError | undefined;
  for (const indexUrl of indexUrls) {
    const index = splitCredentials(`${indexUrl}/${file.project}/`);
    try {
      const headers = { ...index.headers, accept: indexAccept };
      const answer = await host.http.get(index.url, { signal, caFile, headers, mostBytes: largestPageBytes });
      if (answer.status !== 200) throw new Error(`the index answered ${String(answer.status)}`);
      const body = await text(answer.body);
      const found = findInIndexPage({ url: answer.url, contentType: answer.contentType, body }, file.name);
      if (found === undefined) throw new Error(`the index does not list ${file.name}`);
      const target = splitCredentials(found);
      const sameOrigin = new URL(target.url).origin === new URL(index.url).origin;
      return {
        url: target.url,
        request: { caFile, headers: { ...(sameOrigin ? index.headers : {}), ...target.headers } },
      };
    } catch (error) {
      if (signal.aborted) throw error;
      failure ??= downloadFailed(file.name, index.url, error);
    }
  }
  throw failure ?? new SparkDevError('DOWNLOAD_FAILED', `There is no package index to fetch ${file.name} from`);
}
