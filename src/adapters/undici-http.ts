import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { Http, HttpRequest } from '../ports/http.js';

/** undici is loaded on the first request: most commands never make one. */
export function createUndiciHttp(env: Readonly<Record<string, string | undefined>>, silentForMs = 60_000): Http {
  return {
    async get(url, request = {}) {
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
        headers: { 'user-agent': 'spark-dev', ...request.headers },
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
      const length = answer.headers.get('content-length');
      return {
        status: answer.status,
        contentType: answer.headers.get('content-type') ?? '',
        contentLength: length === null || answer.headers.has('content-encoding') ? undefined : Number(length),
        url: answer.url,
        body: (answer.body ?? []) as AsyncIterable<Uint8Array>,
      };
    },
  };
}

/** What listens on this machine (an embedded Spark's UI) no proxy could reach. */
function exceptHere(noProxy = ''): string {
  return noProxy.trim() === '*' ? noProxy : [noProxy, 'localhost', '127.0.0.1', '[::1]'].join(',');
}

/** Setting `ca` replaces Node's roots, so they are named again. */
function trustedCertificates(
  env: Readonly<Record<string, string | undefined>>,
  request: HttpRequest,
): string[] | undefined {
  if (request.caFile === undefined) return undefined;
  const extra = env['NODE_EXTRA_CA_CERTS'];
  const files = [request.caFile, ...(extra === undefined || extra === request.caFile ? [] : [extra])];
  return [...rootCertificates, ...files.map((file) => readFileSync(file, 'utf8'))];
}
