import { once } from 'node:events';
import type { Server } from 'node:net';

/** 127.0.0.1 by number: since Node 17 `localhost` may mean ::1 (https://github.com/nodejs/node/issues/40702). */
export async function listenOnLoopback(server: Server, port: number): Promise<void> {
  server.listen({ host: '127.0.0.1', port, exclusive: true });
  await once(server, 'listening');
}
