import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Host } from '../../src/ports/host.js';
import { ensureGo } from '../../src/toolchain/go/toolchain.js';

const module = dirname(fileURLToPath(import.meta.url));

export interface LocalRegistry {
  /** 127.0.0.1:PORT; Docker speaks plain HTTP to it. */
  readonly address: string;
  /** Where a blob lies on the disk. */
  blob(digest: string): string;
  stop(): Promise<void>;
}

/** The registry that registries are made of, built once from its Go module, over an empty folder. */
export async function startRegistry(host: Host): Promise<LocalRegistry> {
  const program = await buildRegistry(host);
  const folder = mkdtempSync(join(tmpdir(), 'spark-dev-registry-'));
  const address = `127.0.0.1:${String(await freePort())}`;
  const config = join(folder, 'config.json');
  const settings = { filesystem: { rootdirectory: folder } };
  writeFileSync(
    config,
    JSON.stringify({ version: 0.1, log: { level: 'error' }, storage: settings, http: { addr: address } }),
  );
  const child = spawn(program, ['serve', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, OTEL_TRACES_EXPORTER: 'none' },
  });
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      resolve();
    }),
  );
  await waitUntilAnswers(`http://${address}/v2/`);
  return {
    address,
    blob: (digest) => {
      const hex = digest.replace('sha256:', '');
      return join(folder, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function buildRegistry(host: Host): Promise<string> {
  const pins = createHash('sha256')
    .update(readFileSync(join(module, 'go.sum')))
    .digest('hex')
    .slice(0, 12);
  const program = join(tmpdir(), `spark-dev-test-registry-${pins}`, 'registry');
  if (existsSync(program)) return program;
  mkdirSync(dirname(program), { recursive: true });
  const { path: go } = await ensureGo(host, '1.24');
  const work = mkdtempSync(`${dirname(program)}/.building-`);
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-mod=readonly' };
  const argv = ['build', '-C', module, '-trimpath', '-ldflags', '-s -w', '-o', `${work}/`, 'tool'];
  const built = spawnSync(go, argv, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (built.status !== 0) throw new Error('the registry cannot be built');
  renameSync(join(work, 'registry'), program);
  return program;
}

export interface CuttingProxy {
  readonly address: string;
  /** What came through so far, from the registry. */
  bytes(): number;
  /** From now on every connection is cut when so much has come through in all. */
  cutAfter(bytes: number): void;
  stop(): void;
}

/** A way to the registry that can break in the middle, as networks do. */
export async function startCuttingProxy(registry: LocalRegistry): Promise<CuttingProxy> {
  const [host = '', port = ''] = registry.address.split(':');
  const sockets = new Set<Socket>();
  let bytes = 0;
  let limit = Infinity;
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes > limit) {
        end();
        return;
      }
      if (!client.write(chunk)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    });
  });
  await new Promise<void>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      resolve();
    }),
  );
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    bytes: () => bytes,
    cutAfter: (more) => {
      limit = bytes + more;
    },
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      resolve();
    }),
  );
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function waitUntilAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (
      await fetch(url).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await sleep(50);
  }
  throw new Error(`${url} does not answer`);
}
