import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createHost } from '../../src/host.js';
import { inspectImages } from '../../src/images/observed-image.js';
import { dataOf, runProgram, type ProgramEnd } from '../program/program.js';
import { startCuttingProxy, startRegistry, type CuttingProxy, type LocalRegistry } from '../registry/local-registry.js';

const host = createHost({ verbosity: 1, yes: true, input: false });
const here = { place: 'host', dockerEnv: undefined } as const;
const layerBytes = 6_000_000;
const home = mkdtempSync(join(tmpdir(), 'spark-dev-pull-'));

let registry: LocalRegistry;
let proxy: CuttingProxy;
let digest: string;
let layers: readonly string[];

/** What this file gave a name, by the registries that only it has. */
async function forget(): Promise<void> {
  const places = [registry.address, proxy.address];
  const listed = await host.runner.run([
    'docker',
    'image',
    'ls',
    '--all',
    '--format',
    '{{.Repository}}:{{.Tag}}@{{.Digest}}',
  ]);
  for (const line of listed.stdout.split('\n').filter((one) => places.some((place) => one.startsWith(`${place}/`)))) {
    const [name = '', at = ''] = line.split(/@(?=sha256|<none>)/);
    const reference = name.endsWith(':<none>') ? `${name.replace(':<none>', '')}@${at}` : name;
    await host.runner.run(['docker', 'rmi', reference], { accept: [1] });
  }
}

beforeAll(async () => {
  registry = await startRegistry(host);
  proxy = await startCuttingProxy(registry);
  const context = mkdtempSync(join(tmpdir(), 'spark-dev-layers-'));
  for (const name of ['a', 'b', 'c']) writeFileSync(join(context, name), randomBytes(layerBytes));
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY a /a\nCOPY b /b\nCOPY c /c\n');
  const name = `${registry.address}/team/orders:1`;
  await host.runner.run(['docker', 'build', '--force-rm', '--tag', name, context], { env: { DOCKER_BUILDKIT: '0' } });
  await host.runner.run(['docker', 'push', name]);
  const [pushed] = await inspectImages(host, here, [name]);
  digest = pushed?.digests[0]?.replace(/^.*@/, '') ?? '';
  const manifest = JSON.parse(readFileSync(registry.blob(digest), 'utf8')) as { layers: { digest: string }[] };
  layers = manifest.layers.map((layer) => layer.digest);
  await forget();
});

afterEach(forget);

afterAll(async () => {
  await forget();
  proxy.stop();
  await registry.stop();
});

function pull(...words: string[]): Promise<ProgramEnd> {
  return runProgram(['images', 'pull', ...words, '--host-only', '--json'], { SPARK_DEV_HOME: home });
}

function errorOf(end: ProgramEnd): Record<string, unknown> {
  return (JSON.parse(end.stdout) as { error: Record<string, unknown> }).error;
}

async function isHere(reference: string): Promise<boolean> {
  return (await inspectImages(host, here, [reference])).length > 0;
}

it('brings the image that was pushed, and says the digest', async () => {
  const name = `${registry.address}/team/orders:1`;
  const { images } = dataOf(await pull(name));
  expect(images).toMatchObject([{ reference: name, digest, origin: 'itself' }]);
  expect(await isHere(name)).toBe(true);
});

it('takes a pinned digest and gives it the tag as its name', async () => {
  const name = `${registry.address}/team/orders:pinned`;
  expect(dataOf(await pull(`${name}@${digest}`))['images']).toMatchObject([{ reference: name, digest }]);
  expect(await isHere(name)).toBe(true);
});

it('says where it looked for one that is nowhere', async () => {
  const end = await pull(`${registry.address}/team/none:1`);
  expect(end.exitCode).toBe(7);
  expect(errorOf(end)).toMatchObject({
    code: 'IMAGE_MISSING',
    why: expect.stringContaining('team/none:1: ') as string,
  });
});

it('takes the fallback of an image that vanished, and keeps the name', async () => {
  mkdirSync(join(home, 'config'), { recursive: true });
  const settings = {
    version: 1,
    images: { fallbacks: { [`${registry.address}/gone/orders`]: [`${registry.address}/team/orders`] } },
  };
  writeFileSync(join(home, 'config', 'spark-dev.yaml'), JSON.stringify(settings));
  const name = `${registry.address}/gone/orders:1`;
  const { images } = dataOf(await pull(name));
  expect(images).toMatchObject([
    { reference: name, origin: 'fallback', from: `${registry.address}/team/orders:1`, digest },
  ]);
});

it('does not take other content for what the digest says', async () => {
  const blob = registry.blob(layers[1] ?? '');
  const right = readFileSync(blob);
  writeFileSync(blob, Buffer.concat([right.subarray(0, -1), Buffer.from([(right.at(-1) ?? 0) ^ 1])]));
  try {
    const name = `${registry.address}/team/orders:1`;
    const end = await pull(name);
    expect(end.exitCode).toBe(7);
    expect(errorOf(end)['why']).toContain('verification failed');
    expect(await isHere(name)).toBe(false);
  } finally {
    writeFileSync(blob, right);
  }
});

it('goes on where the way to the registry breaks in the middle', async () => {
  const name = `${proxy.address}/team/orders:1`;
  proxy.cutAfter(layerBytes);
  const pulling = pull(name);
  setTimeout(() => {
    proxy.cutAfter(Infinity);
  }, 4000);
  expect(dataOf(await pulling)['images']).toMatchObject([{ reference: name }]);
});

it('gives up where it stays broken, leaves no half image, and the next call brings the rest', async () => {
  const name = `${proxy.address}/team/orders:1`;
  proxy.cutAfter(2.5 * layerBytes);
  const end = await pull(name);
  expect(end.exitCode).toBe(7);
  expect(errorOf(end)['why']).toContain(`${name}: `);
  expect(await isHere(name)).toBe(false);
  proxy.cutAfter(Infinity);
  expect(dataOf(await pull(name))['images']).toMatchObject([{ reference: name }]);
});

it('refuses before the first byte what the disk cannot hold, with the figures', async () => {
  const huge = await serveManifest(10e15);
  try {
    const end = await pull(`127.0.0.1:${String((huge.address() as AddressInfo).port)}/huge:1`);
    expect(end.exitCode).toBe(6);
    expect(errorOf(end)).toMatchObject({ code: 'DISK_FULL', facts: { neededBytes: 40e15 } });
  } finally {
    huge.close();
  }
});

/** A registry that has one manifest and no layer of it. */
async function serveManifest(size: number): Promise<Server> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/vnd.docker.distribution.manifest.v2+json');
    response.end(JSON.stringify({ schemaVersion: 2, layers: [{ size }] }));
  });
  await new Promise<void>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      resolve();
    }),
  );
  return server;
}
