import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface HostileServer {
  readonly url: string;
  /** Bytes that it could send before the other side hung up. */
  sent(): number;
  close(): Promise<void>;
}

/** What an endless answer repeats; far more is queued than any limit lets through. */
const block = Buffer.alloc(1 << 20);

/** A server that never comes to its last byte, and one that sends pages as given. */
export async function startHostileServer(pages: Readonly<Record<string, string>> = {}): Promise<HostileServer> {
  let sent = 0;
  const server = createServer((request, response) => {
    const page = pages[request.url ?? ''];
    if (page !== undefined) response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    else if (request.url === '/endless') flood(response, block, (bytes) => (sent += bytes));
    else if (request.url === '/gzip-bomb') bomb(response);
    else if (request.url === '/long') response.writeHead(200, { 'content-length': 5_000_000 }).write('x');
    else if (request.url === '/slow') trickle(response);
    else if (request.url === '/slow-head') trickleHead(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    sent: () => sent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function flood(response: ServerResponse, bytes: Buffer, count: (bytes: number) => void): void {
  const more = (): void => {
    while (!response.destroyed && response.write(bytes)) count(bytes.length);
  };
  response.on('drain', more);
  more();
}

/** 64 MB of zeros in 64 KB. */
function bomb(response: ServerResponse): void {
  response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(64 << 20)));
}

function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' });
  const timer = setInterval(() => response.write('x'), 20);
  response.on('close', () => {
    clearInterval(timer);
  });
}

/** One header after the other, without an end. */
function trickleHead(response: ServerResponse): void {
  const { socket } = response;
  socket?.write('HTTP/1.1 200 OK\r\n');
  const timer = setInterval(() => socket?.write('x-a: b\r\n'), 20);
  response.on('close', () => {
    clearInterval(timer);
  });
}
