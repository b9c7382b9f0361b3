import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as requestTls } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { Duplex } from 'node:stream';

/** One request that reached the proxy. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly agent: string;
  readonly at: number;
}

/** What happens in place of the server's answer. */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** The server's own answer, later. */
  | { readonly delayMs: number }
  /** A reset before any answer. */
  | { readonly reset: true }
  /** Never an answer. */
  | { readonly hangs: true }
  /** The server's own answer begins, then a reset, a clean end, or nothing more on an open connection. */
  | { readonly afterMs: number; readonly then: 'reset' | 'end' | 'silence' };

export interface FaultRule {
  readonly when: (asked: Asked) => boolean;
  /** How often at the most. */
  readonly times?: number;
  readonly fault: Fault;
}

export interface ApiProxy {
  readonly port: number;
  /** PEM. */
  readonly certificate: Buffer;
  readonly asked: readonly Asked[];
  inject(...rules: readonly FaultRule[]): void;
  heal(): void;
  /** Resets every connection. */
  cut(): void;
  /** Nobody listens any more, until `open`. */
  shut(): void;
  open(): Promise<void>;
  stop(): void;
}

export interface Upstream {
  readonly server: string;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export const isWatch = ({ query }: Asked): boolean => query.has('watch');

/** In front of the real API server, with a throw-away certificate; rules say which answers go wrong. */
export async function startApiProxy(folder: string, upstream: Upstream): Promise<ApiProxy> {
  const { cert, key } = makeCertificate(folder);
  const { hostname, port: upstreamPort } = new URL(upstream.server);
  const credentials = { ca: upstream.ca, cert: upstream.cert, key: upstream.key };
  const agent = new Agent({ keepAlive: true, ...credentials });
  const asked: Asked[] = [];
  const rules: FaultRule[] = [];
  const used = new Map<FaultRule, number>();
  const sockets = new Set<Socket>();
  /** Node resets plain TCP connections only, not what speaks TLS over one. */
  const reset = ({ socket: { remotePort } }: IncomingMessage): void => {
    for (const socket of sockets) if (socket.remotePort === remotePort) socket.resetAndDestroy();
  };
  const choose = (one: Asked): Fault | undefined => {
    const rule = rules.find(
      ({ when, times }, index) => when(one) && (used.get(rules[index] as FaultRule) ?? 0) < (times ?? Infinity),
    );
    if (rule !== undefined) used.set(rule, (used.get(rule) ?? 0) + 1);
    return rule?.fault;
  };
  const note = ({ method = '', url = '', headers }: IncomingMessage): Asked => {
    const { pathname: path, searchParams: query } = new URL(url, 'https://localhost');
    const one = { method, path, query, agent: headers['user-agent'] ?? '', at: Date.now() };
    asked.push(one);
    return one;
  };
  const withoutAuthorization = (headers: IncomingMessage['headers']): IncomingMessage['headers'] => {
    const { authorization: _authorization, host: _host, ...rest } = headers;
    return { ...rest, host: `${hostname}:${upstreamPort}` };
  };
  const pass = (question: IncomingMessage, answer: ServerResponse, fault?: Fault): void => {
    const forward = requestTls(
      {
        agent,
        hostname,
        port: upstreamPort,
        method: question.method,
        path: question.url,
        headers: withoutAuthorization(question.headers),
      },
      (given) => {
        answer.writeHead(given.statusCode ?? 502, given.headers);
        answer.flushHeaders();
        given.pipe(answer);
        given.on('error', () => answer.destroy());
        if (fault !== undefined && 'afterMs' in fault) {
          setTimeout(() => {
            given.unpipe(answer);
            if (fault.then === 'silence') given.resume();
            else given.destroy();
            if (fault.then === 'end') answer.end();
            if (fault.then === 'reset') reset(question);
          }, fault.afterMs);
        }
      },
    );
    forward.on('error', () => question.socket.destroy());
    answer.on('close', () => forward.destroy());
    question.pipe(forward);
  };
  const server = createServer({ cert, key }, (question, answer) => {
    const fault = choose(note(question));
    if (fault === undefined || 'afterMs' in fault) pass(question, answer, fault);
    else if ('delayMs' in fault) {
      setTimeout(() => {
        pass(question, answer);
      }, fault.delayMs);
    } else if ('reset' in fault) reset(question);
    else if ('status' in fault) {
      question.resume();
      answer.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      answer.end(fault.body ?? showStatus(fault.status));
    }
  });
  // a forward to a port, a command in a pod
  server.on('upgrade', (question: IncomingMessage, socket: Duplex, head: Buffer) => {
    const fault = choose(note(question));
    if (fault !== undefined) {
      socket.destroy();
      return;
    }
    const remote = connectTls({ host: hostname, port: Number(upstreamPort), ...credentials }, () => {
      const lines = Object.entries(withoutAuthorization(question.headers)).map(
        ([name, value]) => `${name}: ${String(value)}`,
      );
      remote.write(`${question.method ?? 'GET'} ${question.url ?? '/'} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      remote.write(head);
      remote.pipe(socket).pipe(remote);
    });
    for (const [one, other] of [
      [remote, socket],
      [socket, remote],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const shut = (): void => {
    server.close();
    cut();
  };
  return {
    port,
    certificate: cert,
    asked,
    inject: (...more) => void rules.unshift(...more),
    heal: () => void rules.splice(0),
    cut,
    shut,
    open: () => listen(port),
    stop() {
      shut();
      agent.destroy();
    },
  };
}

/** As the API server itself words a refusal. */
export function showStatus(code: number, message = 'injected by a test', reason = 'Injected'): string {
  return JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message });
}

function makeCertificate(folder: string): { readonly cert: Buffer; readonly key: Buffer } {
  const [key, cert] = [join(folder, 'proxy.key'), join(folder, 'proxy.crt')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const name = ['-subj', '/CN=faults', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-days', '2', '-keyout', key, '-out', cert, ...name], {
    stdio: 'ignore',
  });
  return { cert: readFileSync(cert), key: readFileSync(key) };
}
