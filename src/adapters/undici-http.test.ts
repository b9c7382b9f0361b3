import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHostileServer, type HostileServer } from '../../test/fakes/hostile-server.js';
import { createUndiciHttp } from './undici-http.js';

const server = createServer((_request, response) => response.end('here'));
const asked: (string | undefined)[] = [];
const proxy = createServer((request, response) => {
  asked.push(request.url);
  response.end('by proxy');
}).on('connect', (request, socket) => {
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
    const answer = await http.get(`http://${host}:${String(portOf(server))}/`, { mostBytes: 100 });
    expect(await text(answer.body)).toBe('here');
  }
});

it('asks the proxy for everything else, and names it when that fails', async () => {
  const address = `127.0.0.1:${String(portOf(proxy))}`;
  const http = createUndiciHttp({ ALL_PROXY: `ann:s3cret@${address}` });
  const answer = await http.get('http://elsewhere.example/', { mostBytes: 100 });
  expect(await text(answer.body)).toBe('by proxy');
  const failure = http.get('https://elsewhere.example/', { mostBytes: 100 });
  await expect(failure).rejects.toThrow(`(through http://${address}, set by ALL_PROXY)`);
  expect(asked).toEqual(['http://elsewhere.example/', 'elsewhere.example:443']);
});

it("takes pip's proxy instead of the environment's", async () => {
  const http = createUndiciHttp({ ALL_PROXY: 'nowhere.invalid:1', NO_PROXY: '*' });
  const request = { mostBytes: 100, proxy: `127.0.0.1:${String(portOf(proxy))}` };
  expect(await text((await http.get('http://elsewhere.example/', request)).body)).toBe('by proxy');
});

it.each(['ftp://proxy:1', 'proxy:99999', 'http://', 'user:s3cret@'])(
  'names the variable of %j, and not its password',
  async (address) => {
    const failure: unknown = await createUndiciHttp({ HTTPS_PROXY: address })
      .get('https://elsewhere.example/', { mostBytes: 100 })
      .catch((error: unknown) => error);
    expect(String(failure)).toMatch(/^Error: HTTPS_PROXY is not the address of a proxy/);
    expect(String(failure)).not.toContain('s3cret');
  },
);

describe('a hostile server', () => {
  let hostile: HostileServer;
  beforeAll(async () => {
    hostile = await startHostileServer();
  });
  afterAll(() => hostile.close());
  const http = createUndiciHttp({}, { silentForMs: 2000, slowest: { bytes: 1000, withinMs: 200 } });
  const read = async (path: string): Promise<string> =>
    text((await http.get(`${hostile.url}${path}`, { mostBytes: 1_000_000 })).body);

  it('is cut off at the limit when its answer has no end', async () => {
    await expect(read('/endless')).rejects.toThrow('the answer is longer than 1 MB');
    // what the buffers of both sides hold, and no more
    expect(hostile.sent()).toBeLessThan(30_000_000);
  });

  it('is cut off at the limit when its answer grows by being decoded', async () => {
    await expect(read('/gzip-bomb')).rejects.toThrow('the answer is longer than 1 MB');
  });

  it('is refused for the length that it announces', async () => {
    await expect(read('/long')).rejects.toThrow('the answer is longer than 1 MB');
  });

  it('is left when it sends a byte at a time', async () => {
    await expect(read('/slow')).rejects.toThrow(/the server sent only \d+ bytes in 0 s/);
  });

  it('is left when its headers have no end', async () => {
    await expect(read('/slow-head')).rejects.toThrow('fetch failed');
  });
});
