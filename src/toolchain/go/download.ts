import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { isDiskTrouble } from '../../errors/disk-error.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host, HttpAnswer } from '../../ports/host.js';
import { mostBytesOf, reasonOf, saveBody, type DownloadOptions, splitCredentials } from '../verified-download.js';
import { join } from 'node:path';

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

interface GoProxy {
  readonly url: string;
  /** With the address's user and password. */
  readonly headers: Readonly<Record<string, string>>;
  /** After `|` any failure continues with the next proxy, after `,` only "not found" does. */
  readonly onFailure: 'next' | 'stop';
}

const goDefault = 'https://proxy.golang.org,direct';

/** Environment, then the file that `go env -w` writes, then Go's default. https://go.dev/ref/mod#environment-variables */
export async function readGoProxies(host: Host): Promise<readonly GoProxy[]> {
  const stored = [...(await readGoEnvFile(host)).matchAll(/^GOPROXY=(.*)$/gm)].at(-1)?.[1]?.trim();
  const setting = host.env['GOPROXY'] ?? stored ?? '';
  return parseGoProxies(setting === '' ? goDefault : setting);
}

/** `direct` means the version control system, which has no built Go; `off` ends the list. */
export function parseGoProxies(setting: string): readonly GoProxy[] {
  const proxies: GoProxy[] = [];
  for (const [, entry = '', separator] of setting.matchAll(/([^,|]+)([,|]?)/g)) {
    const word = entry.trim();
    if (word === 'off') break;
    if (word === 'direct' || !URL.canParse(word)) continue;
    const { url, headers } = splitCredentials(word);
    proxies.push({ url: url.replace(/\/+$/, ''), headers, onFailure: separator === '|' ? 'next' : 'stop' });
  }
  return proxies;
}

async function readGoEnvFile(host: Host): Promise<string> {
  const chosen = host.env['GOENV'];
  if (chosen === 'off') return '';
  const configHome = host.env['XDG_CONFIG_HOME'] ?? join(host.directories.userHome, '.config');
  return readFile(chosen ?? join(configHome, 'go', 'env'), 'utf8').catch(() => '');
}
