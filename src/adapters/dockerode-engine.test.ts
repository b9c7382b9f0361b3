import { mkdtempSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { PullEvent } from '../ports/docker.js';
import { connectDocker } from './dockerode-engine.js';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Answers a pull on a socket as an engine does. */
async function serve(answer: (response: ServerResponse, url: string) => void): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'spark-dev-test-')), 'docker.sock');
  server = createServer((request, response) => {
    request.resume();
    answer(response, request.url ?? '');
  });
  await new Promise<void>((resolve) => {
    server?.listen(path, () => {
      resolve();
    });
  });
  return path;
}

const line = (value: object): string => `${JSON.stringify(value)}\r\n`;
const downloading = {
  id: 'aabbccddeeff',
  status: 'Downloading',
  progressDetail: { current: 1, total: 2 },
  progress: '[=> ]',
};

async function pull(path: string, signal = new AbortController().signal): Promise<readonly PullEvent[]> {
  const events: PullEvent[] = [];
  const engine = await connectDocker({ kind: 'socket', path });
  await engine.pull('quay.io/a/b:1', { signal, login: undefined, onEvent: (event) => events.push(event) });
  return events;
}

it('reads the progress stream', async () => {
  let asked = '';
  const path = await serve((response, url) => {
    asked = url;
    response.write(line({ status: 'Pulling from a/b', id: '1' }));
    response.end(line(downloading));
  });
  expect(await pull(path)).toEqual([
    { layer: undefined, status: 'Pulling from a/b', current: undefined, total: undefined },
    { layer: 'aabbccddeeff', status: 'Downloading', current: 1, total: 2 },
  ]);
  expect(asked).toContain('/images/create?fromImage=');
});

it('fails with the words that come in the middle of the stream', async () => {
  const path = await serve((response) => {
    response.write(line(downloading));
    response.end(line({ errorDetail: { message: 'no' }, error: 'filesystem layer verification failed' }));
  });
  await expect(pull(path)).rejects.toThrow('filesystem layer verification failed');
});

it('fails with the words that come instead of a stream', async () => {
  const path = await serve((response) => {
    response.statusCode = 404;
    response.end('{"message":"manifest unknown"}');
  });
  await expect(pull(path)).rejects.toThrow('manifest unknown');
});

it('fails when the engine dies in the middle', async () => {
  const path = await serve((response) => {
    response.write(line(downloading), () => response.destroy());
  });
  await expect(pull(path)).rejects.toThrow(/broke the connection|aborted/);
});

it('ends at once when it is no longer wished for', async () => {
  const path = await serve((response) => {
    response.write(line(downloading));
  });
  const stop = new AbortController();
  setTimeout(() => {
    stop.abort(new Error('enough'));
  }, 100);
  await expect(pull(path, stop.signal)).rejects.toThrow('enough');
});

it('asks below the folder of a gateway, at an IPv6 address', async () => {
  const asked: (string | undefined)[] = [];
  server = createServer((request, response) => {
    asked.push(request.url);
    response.end();
  });
  await new Promise<void>((resolve) => server?.listen(0, '::1', resolve));
  const { port } = server.address() as AddressInfo;
  const engine = await connectDocker({ kind: 'tcp', host: '::1', port, pathPrefix: '/team/docker', tls: undefined });
  const { signal } = new AbortController();
  await engine.pull('quay.io/a/b:1', { signal, login: undefined, onEvent: () => undefined });
  expect(asked[0]).toMatch(/^\/team\/docker\/images\/create\?/);
});
