import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import {
  downloadFailed,
  downloadVerified,
  findDownload,
  splitCredentials,
  type DownloadOptions,
  type PinnedDownload,
} from '../verified-download.js';
import { z } from 'zod';

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

/** Sources of packages, as pip itself would resolve them. */
interface PypiConfiguration {
  /** Without a trailing slash, in the order of asking. */
  readonly indexUrls: readonly string[];
  /** A PEM file that pip would trust. */
  readonly caFile: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

const defaultIndexUrl = 'https://pypi.org/simple';

/** pip's configuration files, the strongest last. https://pip.pypa.io/en/stable/topics/configuration/#location */
export function listConfigurationFiles(env: Env, os: NodeJS.Platform, userHome: string): readonly string[] {
  const named = env['PIP_CONFIG_FILE'];
  // pip's own way to disable all files
  if (named === '/dev/null') return [];
  const xdgUser = `${env['XDG_CONFIG_HOME'] ?? `${userHome}/.config`}/pip/pip.conf`;
  const prefix = env['VIRTUAL_ENV'] ?? env['CONDA_PREFIX'];
  const global =
    os === 'darwin'
      ? ['/Library/Application Support/pip/pip.conf']
      : (env['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(':').map((directory) => `${directory}/pip/pip.conf`);
  return [
    ...global,
    '/etc/pip.conf',
    `${userHome}/.pip/pip.conf`,
    ...(os === 'darwin' ? [`${userHome}/Library/Application Support/pip/pip.conf`] : []),
    xdgUser,
    ...(prefix === undefined ? [] : [`${prefix}/pip.conf`]),
    ...(named === undefined ? [] : [named]),
  ];
}

/** The merged result of the files and PIP_ variables: a command's section wins over [global], the environment over all. */
export function mergeConfiguration(files: readonly string[], env: Env): PypiConfiguration {
  const sections = files.map(parseConfiguration);
  const settings: Record<string, string> = {};
  for (const section of ['global', 'install', 'download']) {
    for (const file of sections) Object.assign(settings, file[section]);
  }
  for (const key of ['index-url', 'extra-index-url', 'cert']) {
    const value = env[`PIP_${key.toUpperCase().replaceAll('-', '_')}`];
    if (value !== undefined && value !== '') settings[key] = value;
  }
  const extra = (settings['extra-index-url'] ?? '').split(/\s+/).filter((url) => url !== '');
  return {
    indexUrls: [settings['index-url'] ?? defaultIndexUrl, ...extra].map((url) => url.trim().replace(/\/+$/, '')),
    caFile: settings['cert'],
  };
}

/** Python's RawConfigParser as far as pip uses it: sections, `key = value`, comments, indented continuation lines. */
function parseConfiguration(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> | undefined;
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    const pair = /^([^\s=:][^=:]*)[=:](.*)$/.exec(line);
    if (header !== undefined) {
      section = sections[header] ??= {};
      key = undefined;
    } else if (/^\s/.test(line) && section !== undefined && key !== undefined) {
      section[key] = `${section[key] ?? ''} ${line.trim()}`.trim();
    } else if (pair?.[1] !== undefined && section !== undefined) {
      key = pair[1].trimEnd().toLowerCase().replaceAll('_', '-').replace(/^--/, '');
      section[key] = pair[2]?.trim() ?? '';
    }
  }
  return sections;
}

/** A file of the Python package index with known content. */
export interface PinnedFile {
  readonly name: string;
  readonly project: string;
  readonly sha256: string;
  /** Size for the largest architecture; a clearly larger download is stopped. */
  readonly sizeMb: number;
}
