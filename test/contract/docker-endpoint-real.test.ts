import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChildRunner } from '../../src/adapters/child-runner.js';
import { findEndpoint } from '../../src/images/docker-endpoint.js';
import { createFakeHost } from '../fakes/fake-host.js';
import { mapInputs, sampleInputs } from './inputs.js';

/** docker dials through a proxy that writes down what for; spark-dev is to find the same scheme, address, port and path. */

const scheme = fc.constantFrom('tcp://', 'tcp://', 'tcp://', 'http://', 'https://', 'TCP://', '');
const host = fc.constantFrom('192.0.2.7', 'build.example', '[2001:db8::7]', 'u:p@build.example');
const port = fc.constantFrom('', ':2375', ':2376', ':9', ':', ':09', ':x');
const path = fc.constantFrom('', '', '', '/', '/team', '/a/b/', '?x=1', '#x');
const address = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(scheme, host, port, path).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'ssh://ann@build.example',
      'fd://',
      'unix:///nowhere.sock',
      'unix://rel/a.sock',
      ' tcp://192.0.2.7 ',
    ),
  },
);
const input = fc.record({ address, isContext: fc.boolean(), tls: fc.constantFrom('', '', 'verify', 'skip') });

const listeners: { readonly server: Server; readonly port: number; seen: string }[] = [];
const root = mkdtempSync(join(tmpdir(), 'spark-dev-docker-'));
const { signal } = new AbortController();

beforeAll(async () => {
  for (const file of ['ca', 'cert', 'key']) writeFileSync(join(root, `${file}.pem`), '');
  for (let worker = 0; worker < 4; worker += 1) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        const mine = listeners[worker];
        if (mine !== undefined && mine.seen === '') mine.seen = data.toString('latin1').split(' HTTP')[0] ?? '';
        socket.end('HTTP/1.1 403 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    listeners.push({ server, port: (server.address() as AddressInfo).port, seen: '' });
  }
});

afterAll(() => {
  for (const { server } of listeners) server.close();
});

/** A context as `docker context create` lays it down, or variables. */
function layDown(
  index: number,
  { address: at, isContext, tls }: { readonly address: string; readonly isContext: boolean; readonly tls: string },
) {
  const config = join(root, String(index));
  const env: Record<string, string> = { DOCKER_CONFIG: config };
  const id = createHash('sha256').update('it').digest('hex');
  mkdirSync(join(config, 'contexts', 'meta', id), { recursive: true });
  if (!isContext) return { ...env, DOCKER_HOST: at };
  const docker = { Host: at, SkipTLSVerify: tls === 'skip' };
  writeFileSync(
    join(config, 'contexts', 'meta', id, 'meta.json'),
    JSON.stringify({ Name: 'it', Metadata: {}, Endpoints: { docker } }),
  );
  return { ...env, DOCKER_CONTEXT: 'it' };
}

async function askDocker(env: Record<string, string>, worker: number): Promise<string> {
  const listener = listeners[worker];
  if (listener === undefined) throw new Error('no listener');
  listener.seen = '';
  const proxy = `http://127.0.0.1:${String(listener.port)}`;
  const said = await new Promise<string>((done) => {
    const world = { PATH: process.env['PATH'], HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ...env };
    execFile('docker', ['version'], { env: world, timeout: 5000 }, (_error, stdout, stderr) => {
      done(stdout + stderr);
    });
  });
  // it takes what it does not understand for a part of the address
  const isNonsense = /^CONNECT \[.*[/@]|[?#]/.test(listener.seen);
  if (listener.seen !== '') return isNonsense ? 'refused' : normalize(listener.seen);
  const socket = /daemon at unix:\/\/(\S+?)\. Is/.exec(said)?.[1];
  return socket === undefined ? 'refused' : `socket ${socket}`;
}

/** `HEAD http://HOST:PORT/PATH/_ping` and `CONNECT HOST:PORT`. */
function normalize(line: string): string {
  const [, verb, target = ''] =
    /^(\w+) (\S+)$/.exec(
      line.replace(/:0+(?=\d)/, ':').replace(/(?<=[\w\]]):(?=\/|$)/g, (colon, at: number) => (at < 12 ? colon : '')),
    ) ?? [];
  if (verb === 'CONNECT') return `https ${target}`;
  const [, at = '', below = ''] = /^http:\/\/([^/]*)(.*)\/_ping$/.exec(target) ?? [];
  return `http ${/:\d+$/.test(at) ? at : `${at}:80`}${below}`;
}

async function askOurs(env: Record<string, string>): Promise<string> {
  const world = { PATH: process.env['PATH'], ...env };
  const base = createFakeHost({ env: world });
  const found = await findEndpoint({ ...base, runner: createChildRunner({ env: world }) }, signal).catch(
    () => undefined,
  );
  if (found === undefined) return 'refused';
  if (found.kind === 'socket') return `socket ${found.path}`;
  const at = `${found.host.includes(':') ? `[${found.host}]` : found.host}:${String(found.port)}`;
  return found.tls === undefined ? `http ${at}${found.pathPrefix}` : `https ${at}`;
}

it('dials the address that docker dials', async () => {
  const inputs = sampleInputs(input).map((one, index) => ({ ...one, env: layDown(index, one) }));
  const differing = await mapInputs(inputs, async (one, worker) => {
    const [dockers, ours] = await Promise.all([askDocker(one.env, worker), askOurs(one.env)]);
    return dockers === ours ? [] : [{ ...one, dockers, ours }];
  });
  expect(differing.flat()).toEqual([]);
}, 120_000);
