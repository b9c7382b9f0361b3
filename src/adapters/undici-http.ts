import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import type { buildConnector, Dispatcher } from 'undici';
import { showBytes } from '../text/sizes.js';
import type { Http, HttpRequest } from '../ports/host.js';
import { chooseProxy, parseProxy, type Proxy } from './proxy.js';

type Env = Readonly<Record<string, string | undefined>>;

/** A server that sends less than `bytes` in each `withinMs` keeps a download from ever ending. */
interface HttpPatience {
  readonly silentForMs: number;
  readonly slowest: { readonly bytes: number; readonly withinMs: number };
}

/** Together with the size limit of a response, its minimum speed limits its time: half an hour for 20 MB. */
const usualPatience: HttpPatience = { silentForMs: 60_000, slowest: { bytes: 600_000, withinMs: 60_000 } };

/** undici is loaded on the first request: most commands never make one. */
export function createUndiciHttp(env: Env, patience = usualPatience): Http {
  return {
    async get(url, request) {
      const { fetch } = await import('undici');
      const proxyOf = (origin: URL): Proxy | undefined =>
        request.proxy === undefined ? chooseProxy(env, origin) : parseProxy("pip's proxy", request.proxy);
      const proxy = proxyOf(new URL(url));
      const answer = await fetch(url, {
        dispatcher: await createDispatcher(proxyOf, { tls: tlsOf(env, request), ...patience }),
        redirect: 'follow',
        // bytes as stored, since checksums and sizes refer to those; a response that is encoded anyway is limited after decoding
        headers: { 'user-agent': 'spark-dev', 'accept-encoding': 'identity', ...request.headers },
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      }).catch((error: unknown) => {
        throw proxy === undefined ? error : throughProxy(proxy, error);
      });
      const length = answer.headers.get('content-length');
      const contentLength = length === null || answer.headers.has('content-encoding') ? undefined : Number(length);
      const body = (answer.body ?? []) as AsyncIterable<Uint8Array>;
      return {
        status: answer.status,
        contentType: answer.headers.get('content-type') ?? '',
        contentLength,
        url: answer.url,
        body: boundBody(body, contentLength, request.mostBytes, patience.slowest),
      };
    },
  };
}

function throughProxy({ from, scheme, host, port }: Proxy, error: unknown): Error {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return new Error(`${reason} (through ${scheme}://${host}:${String(port)}, set by ${from})`, { cause: undefined });
}

/** Each origin of a redirection chooses its own way. */
async function createDispatcher(
  proxyOf: (origin: URL) => Proxy | undefined,
  { tls, silentForMs }: { readonly tls: ReturnType<typeof tlsOf>; readonly silentForMs: number },
): Promise<Dispatcher> {
  const { Agent, ProxyAgent, buildConnector } = await import('undici');
  const limits = { bodyTimeout: silentForMs, headersTimeout: silentForMs };
  const agents = new Map<string, Dispatcher>();
  const openAgent = (proxy: Proxy): Dispatcher => {
    const { scheme, host, port, username, password } = proxy;
    if (scheme !== 'http' && scheme !== 'https')
      return new Agent({ ...limits, connect: viaSocks(proxy, buildConnector(tls)) });
    const login = Buffer.from(`${username}:${password}`).toString('base64');
    return new ProxyAgent({
      ...limits,
      uri: `${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${String(port)}`,
      ...(username === '' && password === '' ? {} : { token: `Basic ${login}` }),
      // many proxies connect to port 443 only
      proxyTunnel: false,
      requestTls: tls,
      proxyTls: tls,
    });
  };
  return new Agent({ ...limits, connect: tls }).compose((dispatch) => (options, handler) => {
    const proxy = proxyOf(new URL(String(options.origin)));
    if (proxy === undefined) return dispatch(options, handler);
    const key = JSON.stringify(proxy);
    const agent = agents.get(key) ?? openAgent(proxy);
    agents.set(key, agent);
    return agent.dispatch(options, handler);
  });
}

/** With socks4 and socks5 this machine looks the name up, with socks4a and socks5h the proxy does. */
function viaSocks(
  { scheme, host, port, username, password }: Proxy,
  connect: buildConnector.connector,
): buildConnector.connector {
  const open = async ({ hostname, port: to, protocol }: buildConnector.Options) => {
    const [{ SocksClient }, { lookup }] = await Promise.all([import('socks'), import('node:dns/promises')]);
    const asked = hostname.replace(/^\[|\]$/g, '');
    const isRemote = scheme === 'socks4a' || scheme === 'socks5h';
    const family = scheme === 'socks4' ? 4 : 0;
    const target = isRemote ? asked : (await lookup(asked, { family })).address;
    const { socket } = await SocksClient.createConnection({
      command: 'connect',
      proxy: {
        host,
        port,
        type: scheme.startsWith('socks4') ? 4 : 5,
        ...(username === '' && password === '' ? {} : { userId: username, password }),
      },
      destination: { host: target, port: Number(to || (protocol === 'https:' ? 443 : 80)) },
    });
    return socket;
  };
  return (options, callback) => {
    open(options).then(
      (socket) => {
        if (options.protocol === 'https:') connect({ ...options, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), null);
      },
    );
  };
}

/** Setting `ca` replaces Node's roots, so they are listed again. */
function tlsOf(env: Env, { caFile, clientCertFile, trustsAnyone }: HttpRequest) {
  const files = caFile === undefined ? [] : [...new Set([caFile, env['NODE_EXTRA_CA_CERTS'] ?? caFile])];
  const own = clientCertFile === undefined ? undefined : readFileSync(clientCertFile, 'utf8');
  return {
    ...(files.length === 0 ? {} : { ca: [...rootCertificates, ...files.map((file) => readFileSync(file, 'utf8'))] }),
    ...(own === undefined ? {} : { cert: own, key: own }),
    ...(trustsAnyone === true ? { rejectUnauthorized: false } : {}),
  };
}

/** The same bytes, limited in size and minimum speed; the HTTP client's own time-out covers silence. */
async function* boundBody(
  body: AsyncIterable<Uint8Array>,
  contentLength = 0,
  mostBytes: number,
  slowest: HttpPatience['slowest'],
): AsyncGenerator<Uint8Array> {
  let total = 0;
  let window = { startedAt: performance.now(), bytes: 0 };
  for await (const chunk of body) {
    total += chunk.length;
    if (Math.max(contentLength, total) > mostBytes)
      throw new Error(`the answer is longer than ${showBytes(mostBytes)}`);
    yield chunk;
    window.bytes += chunk.length;
    const tookMs = performance.now() - window.startedAt;
    if (tookMs < slowest.withinMs) continue;
    if (window.bytes < slowest.bytes)
      throw new Error(`the server sent only ${showBytes(window.bytes)} in ${String(Math.round(tookMs / 1000))} s`);
    window = { startedAt: performance.now(), bytes: 0 };
  }
}
