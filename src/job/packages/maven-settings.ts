import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { XMLParser } from 'fast-xml-parser';
import type { Host } from '../../ports/host.js';

/** The part of ~/.m2/settings.xml that says where artifacts come from. https://maven.apache.org/settings.html */
export interface MavenSettings {
  readonly localRepository: string;
  readonly mirrors: readonly { readonly url: string; readonly of: readonly string[]; readonly id: string }[];
  readonly servers: readonly { readonly id: string; readonly username: string; readonly password: string }[];
  /** Of active profiles. */
  readonly repositories: readonly { readonly id: string; readonly url: string }[];
  /** For the JVM. */
  readonly proxyOptions: readonly string[];
}

const central = { id: 'central', url: 'https://repo1.maven.org/maven2/' };
const sparkPackages = { id: 'spark-packages', url: 'https://repos.spark-packages.org/' };

const parser = new XMLParser({
  isArray: (name) => /^(mirror|server|profile|repository|proxy|activeProfile)$/.test(name),
  parseTagValue: false,
});

interface Raw {
  readonly settings?: {
    readonly localRepository?: string;
    readonly mirrors?: { readonly mirror?: readonly { id?: string; url?: string; mirrorOf?: string }[] };
    readonly servers?: { readonly server?: readonly { id?: string; username?: string; password?: string }[] };
    readonly proxies?: {
      readonly proxy?: readonly {
        active?: string;
        protocol?: string;
        host?: string;
        port?: string;
        nonProxyHosts?: string;
      }[];
    };
    readonly activeProfiles?: { readonly activeProfile?: readonly string[] };
    readonly profiles?: {
      readonly profile?: readonly {
        id?: string;
        activation?: { activeByDefault?: string };
        repositories?: { repository?: readonly { id?: string; url?: string }[] };
      }[];
    };
  };
}

/** Those of the user; what they would be without the file when there is none. */
export async function readMavenSettings({
  directories,
  env,
}: Pick<Host, 'directories' | 'env'>): Promise<MavenSettings> {
  const home = join(directories.userHome, '.m2');
  const text = await readFile(join(home, 'settings.xml'), 'utf8').catch(() => '');
  const filled = text.replaceAll(/\$\{env\.(\w+)\}/g, (_, name: string) => escape(env[name] ?? ''));
  const { settings = {} } = parser.parse(filled) as Raw;
  const active = settings.activeProfiles?.activeProfile ?? [];
  const profiles = (settings.profiles?.profile ?? []).filter(
    ({ id = '', activation }) => active.includes(id) || activation?.activeByDefault === 'true',
  );
  const proxies = (settings.proxies?.proxy ?? []).filter((proxy) => proxy.active !== 'false');
  return {
    localRepository:
      settings.localRepository?.replace('${user.home}', directories.userHome) ?? join(home, 'repository'),
    mirrors: (settings.mirrors?.mirror ?? []).map(({ id = '', url = '', mirrorOf = '' }) => ({
      id,
      url,
      of: mirrorOf.split(',').map((one) => one.trim()),
    })),
    servers: (settings.servers?.server ?? []).map(({ id = '', username = '', password = '' }) => ({
      id,
      username,
      password,
    })),
    repositories: profiles.flatMap(({ repositories }) =>
      (repositories?.repository ?? []).map(({ id = '', url = '' }) => ({ id, url })),
    ),
    proxyOptions: proxies.flatMap(({ host = '', port = '8080', nonProxyHosts }) => [
      ...['http', 'https'].flatMap((scheme) => [`-D${scheme}.proxyHost=${host}`, `-D${scheme}.proxyPort=${port}`]),
      ...(nonProxyHosts === undefined ? [] : [`-Dhttp.nonProxyHosts=${nonProxyHosts}`]),
    ]),
  };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** Where a file of Maven Central comes from: the user's mirror, with what it asks for. */
export function placeInCentral(maven: MavenSettings, path: string) {
  const { id, url } = maven.mirrors.find(({ of }) => isMirrored(central, of)) ?? central;
  const server = maven.servers.find((one) => one.id === id);
  const pair = `${server?.username ?? ''}:${server?.password ?? ''}`;
  const headers: Readonly<Record<string, string>> =
    server === undefined ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
  return { url: `${url.replace(/\/$/, '')}/${path}`, request: { headers } };
}

/** The same places for Ivy, in Spark's order: what is there locally, Maven Central, the named repositories. May hold passwords. */
export function ivySettingsText(maven: MavenSettings, named: readonly string[], cache: string): string {
  const asked = [
    central,
    ...maven.repositories,
    ...named.map((url, index) => ({ id: `repo-${String(index + 1)}`, url })),
    sparkPackages,
  ];
  const places = asked.map((place) => maven.mirrors.find(({ of }) => isMirrored(place, of)) ?? place);
  const unique = [...new Map(places.map((place) => [place.url, place])).values()];
  const credentials = unique.flatMap(({ id, url }) => {
    const server = maven.servers.find((one) => one.id === id);
    const { username = '', password: passwd = '' } = server ?? {};
    return server === undefined
      ? []
      : [`<credentials ${attributes({ host: new URL(url).hostname, username, passwd })}/>`];
  });
  const local = { id: 'local-m2', url: `${pathToFileURL(maven.localRepository).href}/` };
  return [
    '<ivysettings><settings defaultResolver="all"/>',
    `<caches ${attributes({ defaultCacheDir: cache, lockStrategy: 'artifact-lock-nio' })}/>`,
    credentials.join('\n'),
    '<resolvers><chain name="all" returnFirst="true">',
    ...[local, ...unique].map(
      ({ id, url }) =>
        `<ibiblio ${attributes({ name: id, m2compatible: 'true', root: url.endsWith('/') ? url : `${url}/` })}/>`,
    ),
    '</chain></resolvers></ivysettings>',
  ].join('\n');
}

/** https://maven.apache.org/guides/mini/guide-mirror-settings.html#advanced-mirror-specification */
function isMirrored({ id, url }: { readonly id: string; readonly url: string }, of: readonly string[]): boolean {
  if (of.includes(`!${id}`)) return false;
  const isExternal = !/^file:|^https?:\/\/(localhost|127\.0\.0\.1)[:/]/.test(url);
  return of.includes('*') || of.includes(id) || (isExternal && of.includes('external:*'));
}

/** Of an XML element. */
export function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        `${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`,
    )
    .join(' ');
}
