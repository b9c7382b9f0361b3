import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUndiciHttp } from './undici-http.js';

const server = createServer((_request, response) => response.end('here'));
const asked: (string | undefined)[] = [];
const proxy = createServer().on('connect', (request, socket) => {
  asked.push(request.url);
  socket.end('HTTP/1.1 502 no\r\n\r\n');
});
const portOf = (one: typeof server): number => (one.address() as AddressInfo).port;

beforeAll(async () => {
  for (const one of [server, proxy]) await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  for (const one of [server, proxy]) one.close();
});

it.each([undefined, 'example.com', '*'])('asks this machine itself behind a proxy (NO_PROXY=%s)', async (NO_PROXY) => {
  const http = createUndiciHttp({ HTTP_PROXY: `http://127.0.0.1:${String(portOf(proxy))}`, NO_PROXY });
  for (const host of ['127.0.0.1', 'localhost']) {
    const answer = await http.get(`http://${host}:${String(portOf(server))}/`);
    expect(await text(answer.body)).toBe('here');
  }
});

it('asks the proxy for everything else', async () => {
  const http = createUndiciHttp({ HTTP_PROXY: `http://127.0.0.1:${String(portOf(proxy))}` });
  await expect(http.get('http://elsewhere.example/')).rejects.toThrow();
  expect(asked).toEqual(['elsewhere.example:80']);
});
