import { BlockList, isIP } from 'node:net';

type Env = Readonly<Record<string, string | undefined>>;

export interface Proxy {
  readonly scheme: 'http' | 'https' | 'socks4' | 'socks4a' | 'socks5' | 'socks5h';
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Decoded; empty for none. */
  readonly username: string;
  readonly password: string;
  /** The variable or setting that names it. */
  readonly from: string;
}

/** curl's rules; where pip and go differ from curl, docs/decisions/environments.md says what counts. Throws on an address that nothing can be reached through. */
export function chooseProxy(env: Env, url: URL): Proxy | undefined {
  if (isThisMachine(url) || isExcepted(url, find(env, 'no_proxy')[1])) return undefined;
  const [name, address] = find(env, `${url.protocol}_proxy`.replace(':', ''), 'all_proxy');
  return address === '' ? undefined : parseProxy(name, address);
}

/** The first that is not empty, in lower case before upper case. */
function find(env: Env, ...names: readonly string[]): readonly [name: string, value: string] {
  const name = names.flatMap((one) => [one, one.toUpperCase()]).find((one) => (env[one] ?? '') !== '');
  return name === undefined ? ['', ''] : [name, env[name] ?? ''];
}

const form =
  /^(?:([a-z][a-z\d+.-]*):\/{1,3})?(?:([^/?#]*)@)?(?:\[([\da-f:.]+)\]|([^:/?#@[\]\s]+))(?::(?:(\d+)|(?!\/)))?(?:[/?#].*)?$/i;

const schemes = { http: 80, https: 443, socks: 1080, socks4: 1080, socks4a: 1080, socks5: 1080, socks5h: 1080 };

export function parseProxy(from: string, address: string): Proxy {
  const [, written = 'http', login = '', v6, name = '', port = ''] = form.exec(address) ?? [];
  const scheme = written.toLowerCase();
  const usual = scheme in schemes ? schemes[scheme as keyof typeof schemes] : undefined;
  const host = v6 ?? name;
  if (host === '' || usual === undefined || Number(port) > 65_535)
    throw new Error(
      `${from} is not the address of a proxy: write [SCHEME://][USER:PASSWORD@]HOST:PORT, with a scheme of ${Object.keys(schemes).join(', ')}, and %40 for @ in a password`,
    );
  const colon = login.includes(':') ? login.indexOf(':') : login.length;
  return {
    scheme: (scheme === 'socks' ? 'socks4' : scheme) as Proxy['scheme'],
    host,
    port: Number(port === '' ? usual : port),
    username: decode(login.slice(0, colon)),
    password: decode(login.slice(colon + 1)),
    from,
  };
}

/** What is no escape stays as it is, as in curl. */
function decode(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

/** No proxy could reach servers on this machine (an embedded Spark's UI). */
function isThisMachine({ hostname }: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function isExcepted(url: URL, list: string): boolean {
  if (list === '*') return true;
  const name = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return list.split(/[\s,]+/).some((entry) => (isIP(name) === 0 ? holdsName(entry, name, port) : holdsIp(entry, name)));
}

/** A port and a leading `*.` are what go and pip take; curl knows neither. */
function holdsName(entry: string, name: string, port: string): boolean {
  const [, domain = '', itsPort = port] = /^(?:\*?\.)?(.*?)\.?(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
  return domain !== '' && itsPort === port && (name === domain || name.endsWith(`.${domain}`));
}

function holdsIp(entry: string, address: string): boolean {
  const [net = '', length = ''] = entry.split('/');
  const version = isIP(net);
  if (version === 0 || version !== isIP(address)) return false;
  const all = version === 4 ? 32 : 128;
  const family = `ipv${String(version)}` as 'ipv4' | 'ipv6';
  const list = new BlockList();
  // curl reads a missing length and 0 as the whole address
  const bits = Number.parseInt(length, 10) || all;
  if (bits < 0 || bits > all) return false;
  list.addSubnet(net, bits, family);
  return list.check(address, family);
}
