import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { parseGoProxies, readGoProxies } from './download.js';

it('reads a list as the go command does', () => {
  expect(parseGoProxies('https://a.example/go/,https://b.example|file:///srv/mod,direct')).toEqual([
    { url: 'https://a.example/go', headers: {}, onFailure: 'stop' },
    { url: 'https://b.example', headers: {}, onFailure: 'next' },
    { url: 'file:///srv/mod', headers: {}, onFailure: 'stop' },
  ]);
  expect(parseGoProxies('off')).toEqual([]);
  expect(parseGoProxies('direct')).toEqual([]);
  expect(parseGoProxies('https://a.example,off,https://b.example')).toHaveLength(1);
});

it('moves credentials out of the address', () => {
  const [proxy] = parseGoProxies('https://me:p%40ss@a.example/go');
  expect(proxy?.url).toBe('https://a.example/go');
  expect(proxy?.headers).toEqual({ authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}` });
});

it('prefers the environment to the go env file, and that to the default', async () => {
  const host = createFakeHost();
  const addressOf = async (world: typeof host): Promise<string | undefined> => (await readGoProxies(world))[0]?.url;
  expect(await addressOf(host)).toBe('https://proxy.golang.org');
  const folder = join(host.directories.userHome, '.config', 'go');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'env'), 'GOFLAGS=-v\nGOPROXY=https://file.example\n');
  expect(await addressOf(host)).toBe('https://file.example');
  expect(await addressOf({ ...host, env: { ...host.env, GOENV: 'off' } })).toBe('https://proxy.golang.org');
  expect(await addressOf({ ...host, env: { ...host.env, GOPROXY: 'https://env.example' } })).toBe(
    'https://env.example',
  );
});
