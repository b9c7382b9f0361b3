import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../ports/host.js';

export interface GoProxy {
  readonly url: string;
  /** From user:password in the address, which fetch refuses there. */
  readonly authorization: string | undefined;
  /** After `|` any failure continues with the next proxy, after `,` only "not found" does. */
  readonly onFailure: 'next' | 'stop';
}

const goDefault = 'https://proxy.golang.org,direct';

/** Environment, then the file that `go env -w` writes, then Go's default. https://go.dev/ref/mod#environment-variables */
export async function readGoProxies(host: Host): Promise<readonly GoProxy[]> {
  const setting = host.env['GOPROXY'] ?? parseGoEnvFile(await readGoEnvFile(host))['GOPROXY'];
  return parseGoProxies(setting === undefined || setting === '' ? goDefault : setting);
}

/** `direct` means the version control system, which has no built Go; `off` ends the list. */
export function parseGoProxies(setting: string): readonly GoProxy[] {
  const proxies: GoProxy[] = [];
  for (const [, entry = '', separator] of setting.matchAll(/([^,|]+)([,|]?)/g)) {
    const word = entry.trim();
    if (word === 'off') break;
    if (word === 'direct' || !URL.canParse(word)) continue;
    proxies.push({ ...splitCredentials(word), onFailure: separator === '|' ? 'next' : 'stop' });
  }
  return proxies;
}

export function parseGoEnvFile(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => /^[A-Z0-9_]+=/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).trim()]),
  );
}

function splitCredentials(address: string): Pick<GoProxy, 'url' | 'authorization'> {
  const url = new URL(address);
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  const bare = url.href.replace(/\/+$/, '');
  return { url: bare, authorization: pair === ':' ? undefined : `Basic ${Buffer.from(pair).toString('base64')}` };
}

async function readGoEnvFile(host: Host): Promise<string> {
  const chosen = host.env['GOENV'];
  if (chosen === 'off') return '';
  const configHome = host.env['XDG_CONFIG_HOME'] ?? join(host.directories.userHome, '.config');
  return readFile(chosen ?? join(configHome, 'go', 'env'), 'utf8').catch(() => '');
}
