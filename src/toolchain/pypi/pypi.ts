import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { isFile, sumOf } from '../../files/paths.js';
import type { Host, HttpRequest } from '../../ports/host.js';
import {
  downloadFailed,
  downloadVerified,
  findDownload,
  splitCredentials,
  type DownloadOptions,
  type PinnedDownload,
} from '../verified-download.js';
import { z } from 'zod';
import { readPypiConfiguration, type PypiConfiguration } from './configuration.js';

/** The pinned file from the cache or from the indexes that pip would use; verified in both cases. */
export async function fetchFromPypi(
  host: Host,
  file: PinnedFile,
  options: DownloadOptions & { readonly signal: AbortSignal },
): Promise<string> {
  const cached = await findDownload(host, file);
  if (cached !== undefined) return cached;
  const configuration = await readPypiConfiguration(host);
  const laid = await findInFolders(configuration.findLinks, file);
  if (laid !== undefined) return laid;
  const found = await locate(host, file, configuration, options.signal);
  const { name, sha256, sizeMb } = file;
  return downloadVerified(host, { name, sha256, sizeMb, ...found, ...options });
}

/** Where somebody without a network keeps wheels: find-links. */
async function findInFolders(links: readonly string[], { name, sha256 }: PinnedFile): Promise<string | undefined> {
  for (const link of links.filter((one) => !/^https?:/i.test(one))) {
    const path = join(link.startsWith('file:') ? fileURLToPath(link) : link, name);
    if ((await isFile(path)) && (await sumOf(path)) === sha256) return path;
  }
  return undefined;
}

/** How every server is asked for packages. */
export function requestOf(
  { caFile, clientCertFile, proxy, trustedHosts }: PypiConfiguration,
  address: string,
): Pick<HttpRequest, 'caFile' | 'clientCertFile' | 'proxy' | 'trustsAnyone'> {
  const { hostname, host } = new URL(address);
  const trustsAnyone = trustedHosts.some((one) => one === hostname || one === host);
  return { caFile, clientCertFile, proxy, trustsAnyone };
}

/** PyPI's own largest pages have a few. */
const largestPageBytes = 20_000_000;

/** Tries one index after the other; reports the first failure, because the first index matters most. */
async function locate(
  host: Host,
  file: PinnedFile,
  configuration: PypiConfiguration,
  signal: AbortSignal,
): Promise<Pick<PinnedDownload, 'url' | 'request'>> {
  let failure: SparkDevError | undefined;
  const { indexUrls, findLinks } = configuration;
  const pages = [
    ...findLinks.filter((link) => /^https?:/i.test(link)),
    ...indexUrls.map((indexUrl) => `${indexUrl}/${file.project}/`),
  ];
  for (const page of pages) {
    const index = splitCredentials(page);
    try {
      const headers = { ...index.headers, accept: indexAccept };
      const answer = await host.http.get(index.url, {
        ...requestOf(configuration, index.url),
        signal,
        headers,
        mostBytes: largestPageBytes,
      });
      if (answer.status !== 200) throw new Error(`the index answered ${String(answer.status)}`);
      const body = await text(answer.body);
      const found = findInIndexPage({ url: answer.url, contentType: answer.contentType, body }, file.name);
      if (found === undefined) throw new Error(`the index does not list ${file.name}`);
      const target = splitCredentials(found);
      const sameOrigin = new URL(target.url).origin === new URL(index.url).origin;
      return {
        url: target.url,
        request: {
          ...requestOf(configuration, target.url),
          headers: { ...(sameOrigin ? index.headers : {}), ...target.headers },
        },
      };
    } catch (error) {
      if (signal.aborted) throw error;
      failure ??= downloadFailed(file.name, index.url, error);
    }
  }
  throw (
    failure ??
    new SparkDevError('DOWNLOAD_FAILED', `There is no package index to fetch ${file.name} from`, {
      why: 'Your pip configuration says no-index, and no folder of its find-links has this file.',
      fix: ['pip config debug', `Put ${file.name} into a folder of find-links`],
    })
  );
}

interface IndexPage {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
}

/** Both response formats of an index, the JSON one preferred. https://peps.python.org/pep-0691/ */
const indexAccept = 'application/vnd.pypi.simple.v1+json, text/html;q=0.5';

const jsonIndex = z.object({ files: z.array(z.object({ filename: z.string(), url: z.string() })) });

/** Each part stops at the next `<`, so that a hostile page costs no more than its length. */
const anchor = /<a\s((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>([^<]*)<\/a>/gi;
const href = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)')/i;

/** Where a project page, PEP 691 JSON or PEP 503 HTML, has a file; relative addresses are resolved against the page's own. */
export function findInIndexPage(page: IndexPage, name: string): string | undefined {
  const found = page.contentType.includes('json') ? findInJson(page.body, name) : findInHtml(page.body, name);
  if (found === undefined) return undefined;
  const url = new URL(found, page.url);
  // our own pin counts, not the index's checksum
  url.hash = '';
  return url.href;
}

function findInJson(body: string, name: string): string | undefined {
  return jsonIndex.parse(JSON.parse(body)).files.find(({ filename }) => filename === name)?.url;
}

function findInHtml(body: string, name: string): string | undefined {
  for (const [, attributes = '', text = ''] of body.matchAll(anchor)) {
    if (unescapeHtml(text).trim() !== name) continue;
    const value = href.exec(attributes);
    if (value !== null) return unescapeHtml(value[1] ?? value[2] ?? '');
  }
  return undefined;
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** A file of the Python package index with known content. */
export interface PinnedFile {
  readonly name: string;
  readonly project: string;
  readonly sha256: string;
  /** Size for the largest architecture; a clearly larger download is stopped. */
  readonly sizeMb: number;
}
