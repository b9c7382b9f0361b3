import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { chooseLocalPort, listenOnLoopback, parseListeners, findPortHolder } from './local-port.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function takePort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await listenOnLoopback(server, 0);
  return (server.address() as AddressInfo).port;
}

describe('chooseLocalPort', () => {
  it('goes to the next free port and names the holder', async () => {
    const taken = await takePort();
    const { port, note } = await chooseLocalPort(taken, undefined);
    expect(port).toBeGreaterThan(taken);
    expect(note).toMatch(
      new RegExp(`Port ${String(taken)} is taken by .*\\(pid ${String(process.pid)}\\); using ${String(port)}`),
    );
  });

  it('is strict about a port asked for by flag', async () => {
    const taken = await takePort();
    const request = chooseLocalPort(4040, taken);
    await expect(request).rejects.toMatchObject({ code: 'PORT_TAKEN', exitCode: 9 });
  });
});

describe('findPortHolder', () => {
  it('names this very process, and nobody without /proc', async () => {
    const port = await takePort();
    expect(await findPortHolder(port)).toContain(`(pid ${String(process.pid)})`);
    expect(await findPortHolder(port, '/nowhere')).toBeUndefined();
  });

  it('reads only listening sockets of that port', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:0FC8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1',
      '   1: 0100007F:0FC8 0100007F:1234 01 00000000:00000000 00:00000000 00000000     0        0 222 1',
      '   2: 0100007F:0FC9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1',
    ].join('\n');
    expect(parseListeners(table, 4040)).toEqual(['111']);
  });
});
