import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as askServer, type RequestOptions } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { parse, stringify } from 'yaml';

/** What happens to a request in place of being passed on as it is. */
export interface ProxyFault {
  /** Of `GET /api/v1/…?watch=true`. */
  readonly request: RegExp;
  readonly times?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** Before it is passed on, or answered. */
  readonly delayMs?: number;
  /** Neither answered nor closed. */
  readonly hangs?: true;
  /** The answer is passed on up to this byte, then the connection is reset, ended as if it were whole, or left open. */
  readonly cut?: { readonly afterBytes: number; readonly by: 'reset' | 'end' | 'silence' };
  /** The answer, rewritten. */
  readonly rewrite?: (body: string) => string;
}

export interface ApiProxy {
  /** A copy of the kubeconfig that leads here. */
  readonly kubeconfig: string;
  readonly requests: readonly { readonly line: string; readonly at: number }[];
  inject(...faults: readonly ProxyFault[]): void;
  heal(): void;
  /** Resets every connection, as a laptop that wakes finds them. */
  cutAll(): void;
  stop(): void;
}

interface Kubeconfig {
  readonly clusters: { readonly cluster: Record<string, string> }[];
  readonly users: { readonly user: Record<string, string> }[];
}

/** In front of the real API server: its TLS ends here, with a certificate that only the copied kubeconfig trusts. */
export async function startApiProxy(real: string, folder: string): Promise<ApiProxy> {
  const config = parse(readFileSync(real, 'utf8')) as Kubeconfig;
  const [{ cluster }, { user }] = [config.clusters[0] ?? { cluster: {} }, config.users[0] ?? { user: {} }];
  const target = new URL(cluster['server'] ?? '');
  const trust = {
    host: target.hostname,
    port: Number(target.port),
    ca: readFileSync(cluster['certificate-authority'] ?? ''),
    cert: readFileSync(user['client-certificate'] ?? ''),
    key: readFileSync(user['client-key'] ?? ''),
  };
  const own = makeCertificate(folder);
  const faults: ProxyFault[] = [];
  const used = new Map<ProxyFault, number>();
  const requests: { line: string; at: number }[] = [];
  const sockets = new Set<TLSSocket>();
  const choose = (line: string): ProxyFault | undefined => {
    const fault = faults.find(
      (one) => one.request.test(line) && (used.get(one) ?? 0) < (one.times ?? Number.POSITIVE_INFINITY),
    );
    if (fault !== undefined) used.set(fault, (used.get(fault) ?? 0) + 1);
    return fault;
  };
  const server = createServer({ key: own.key, cert: own.cert }, (request, response) => {
    const line = `${request.method ?? ''} ${request.url ?? ''}`;
    requests.push({ line, at: Date.now() });
    void serve(trust, request, response, choose(line));
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: TLSSocket, head: Buffer) => {
    requests.push({ line: `UPGRADE ${request.url ?? ''}`, at: Date.now() });
    const upstream = connect({ ...trust, servername: '' }, () => {
      const headers = request.rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
      upstream.write(`${request.method ?? ''} ${request.url ?? ''} HTTP/1.1\r\n${headers}\r\n`);
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(folder, 'proxied-kubeconfig');
  cluster['server'] = `https://127.0.0.1:${String(port)}`;
  cluster['certificate-authority'] = own.path;
  writeFileSync(kubeconfig, stringify(config), { mode: 0o600 });
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    kubeconfig,
    requests,
    inject: (...more) => void faults.unshift(...more),
    heal: () => void faults.splice(0),
    cutAll,
    stop() {
      cutAll();
      server.close();
    },
  };
}

async function serve(
  trust: RequestOptions,
  request: IncomingMessage,
  response: ServerResponse,
  fault: ProxyFault | undefined,
): Promise<void> {
  if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (fault?.hangs === true) return;
  if (fault?.status !== undefined) {
    request.resume();
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      code: fault.status,
      message: fault.message ?? 'injected',
    };
    const reason = {
      401: 'Unauthorized',
      403: 'Forbidden',
      410: 'Expired',
      429: 'TooManyRequests',
      500: 'InternalError',
      503: 'ServiceUnavailable',
    }[fault.status];
    response.writeHead(fault.status, { 'Content-Type': 'application/json', ...fault.headers });
    response.end(JSON.stringify({ ...status, reason }));
    return;
  }
  const { host: _, ...headers } = request.headers;
  if (fault?.rewrite !== undefined) headers['accept-encoding'] = 'identity';
  const upstream = askServer(
    { ...trust, method: request.method, path: request.url, headers, agent: false },
    (answer) => {
      passOn(answer, response, fault);
    },
  );
  upstream.on('error', () => response.destroy());
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}

function passOn(answer: IncomingMessage, response: ServerResponse, fault: ProxyFault | undefined): void {
  const { rewrite, cut } = fault ?? {};
  const { 'content-length': length, ...headers } = answer.headers;
  const isWhole = rewrite === undefined && cut === undefined && length !== undefined;
  response.writeHead(answer.statusCode ?? 502, isWhole ? answer.headers : headers);
  response.flushHeaders();
  if (rewrite !== undefined) {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => response.end(rewrite(Buffer.concat(chunks).toString())));
    return;
  }
  if (cut === undefined) {
    answer.pipe(response);
    return;
  }
  let left = cut.afterBytes;
  answer.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    response.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left > 0 || cut.by === 'silence') return;
    if (cut.by === 'end') response.end();
    else setTimeout(() => response.socket?.destroy(), 20);
  });
  answer.on('end', () => response.end());
}

function makeCertificate(folder: string): { readonly path: string; readonly key: Buffer; readonly cert: Buffer } {
  mkdirSync(folder, { recursive: true });
  const [key, path] = [join(folder, 'proxy.key'), join(folder, 'proxy.crt')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=faults', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', path];
  execFileSync('openssl', [...request, ...names], { stdio: 'ignore' });
  return { path, key: readFileSync(key), cert: readFileSync(path) };
}
