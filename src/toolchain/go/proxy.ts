import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../ports/host.js';
import { splitCredentials } from '../verified-download.js';

export interface GoProxy {
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
