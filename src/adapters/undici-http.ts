import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { showBytes } from '../text/sizes.js';
import type { Http, HttpRequest } from '../ports/host.js';

type Env = Readonly<Record<string, string | undefined>>;

/** A server that sends less than `bytes` in each `withinMs` keeps a download from ever ending. */
interface HttpPatience {
  readonly silentForMs: number;
  readonly slowest: { readonly bytes: number; readonly withinMs: number };
}

/** Together with the size limit of a response, its minimum speed limits its time: half an hour for 20 MB. */
const usualPatience: HttpPatience = { silentForMs: 60_000, slowest: { bytes: 600_000, withinMs: 60_000 } };

/** undici is loaded on the first request: most commands never make one. */
export function createUndiciHttp(env: Env, { silentForMs, slowest } = usualPatience): Http {
  return {
    async get(url, request) {
      const { EnvHttpProxyAgent, fetch } = await import('undici');
      const ca = trustedCertificates(env, request);
      const dispatcher = new EnvHttpProxyAgent({
        httpProxy: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
        httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
        noProxy: exceptHere(env['no_proxy'] ?? env['NO_PROXY']),
        bodyTimeout: silentForMs,
        headersTimeout: silentForMs,
        ...(ca === undefined ? {} : { connect: { ca }, requestTls: { ca } }),
      });
      const answer = await fetch(url, {
        dispatcher,
        redirect: 'follow',
        // bytes as stored, since checksums and sizes refer to those; a response that is encoded anyway is limited after decoding
        headers: { 'user-agent': 'spark-dev', 'accept-encoding': 'identity', ...request.headers },
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
      const length = answer.headers.get('content-length');
      const contentLength = length === null || answer.headers.has('content-encoding') ? undefined : Number(length);
      const body = (answer.body ?? []) as AsyncIterable<Uint8Array>;
      return {
        status: answer.status,
        contentType: answer.headers.get('content-type') ?? '',
        contentLength,
        url: answer.url,
        body: boundBody(body, contentLength, request.mostBytes, slowest),
      };
    },
  };
}

/** No proxy could reach servers on this machine (an embedded Spark's UI). */
function exceptHere(noProxy = ''): string {
  return noProxy.trim() === '*' ? noProxy : [noProxy, 'localhost', '127.0.0.1', '[::1]'].join(',');
}

/** Setting `ca` replaces Node's roots, so they are listed again. */
function trustedCertificates(env: Env, { caFile }: HttpRequest): string[] | undefined {
  if (caFile === undefined) return undefined;
  const files = new Set([caFile, env['NODE_EXTRA_CA_CERTS'] ?? caFile]);
  return [...rootCertificates, ...[...files].map((file) => readFileSync(file, 'utf8'))];
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
