import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost, type FakeWorld } from '../../../test/fakes/fake-host.js';
import { createStoredZip } from '../../../test/fakes/stored-zip.js';
import { fetchGo, managedGoPath } from './fetch.js';
import { ensureGo, findGo } from './toolchain.js';

const version = 'v0.0.1-go9.9.9.linux-amd64';
const prefix = `golang.org/toolchain@${version}/`;
const zip = createStoredZip({ [`${prefix}bin/go`]: 'a program', [`${prefix}VERSION`]: 'go9.9.9\n' });
const sums = { amd64: 'h1:VgNn6MDn4T7SAvm7K5Xi+OHUZUIYSR+mwCngFPyxArg=', arm64: 'h1:other' };
const release = { version: '9.9.9', sums };
const address = (proxy: string): string => `${proxy}/golang.org/toolchain/@v/${version}.zip`;

function cached(host: FakeHost): string[] {
  try {
    return readdirSync(join(host.directories.cache, 'downloads'));
  } catch {
    return [];
  }
}

it('fetches, verifies and unpacks Go from the first proxy that has it', async () => {
  const host = createFakeHost({
    env: { GOPROXY: 'https://a.example,https://b.example' },
    web: { [address('https://a.example')]: 404, [address('https://b.example')]: zip },
  });
  const seen: unknown[] = [];
  await fetchGo(host, { progress: (...figures) => seen.push(figures) }, release);
  const folder = join(host.directories.cache, 'go', 'toolchain', version);
  expect(readFileSync(join(folder, 'bin', 'go'), 'utf8')).toBe('a program');
  expect(seen.at(-1)).toEqual(['MB', 0, 0]);
  expect(cached(host)).toEqual([]);
  await fetchGo(host, {}, release);
  expect(readdirSync(folder).sort()).toEqual(['VERSION', 'bin']);
});

it('does not go on after a refusal that is not "not found", as the go command does not', async () => {
  const world = (separator: string): FakeWorld => ({
    env: { GOPROXY: `https://a.example${separator}https://b.example` },
    web: { [address('https://a.example')]: 403, [address('https://b.example')]: zip },
  });
  await expect(fetchGo(createFakeHost(world(',')), {}, release)).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    why: `${address('https://a.example')}: HTTP 403`,
  });
  await expect(fetchGo(createFakeHost(world('|')), {}, release)).resolves.toBeUndefined();
});

it('says that nothing was reachable, and what to do', async () => {
  await expect(fetchGo(createFakeHost({ env: { GOPROXY: 'off' } }), {}, release)).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    why: 'GOPROXY contains no module proxy.',
  });
});

it('says that the connection broke in the middle, and from where', async () => {
  const plain = createFakeHost({ env: { GOPROXY: 'https://a.example' }, web: { [address('https://a.example')]: zip } });
  const get: FakeHost['http']['get'] = async (url, request) => ({
    ...(await plain.http.get(url, request)),
    body: (async function* () {
      yield await Promise.resolve(zip.subarray(0, 9));
      throw new TypeError('terminated', { cause: new Error('other side closed') });
    })(),
  });
  await expect(fetchGo({ ...plain, http: { get } }, {}, release)).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    why: `${address('https://a.example')}: other side closed`,
  });
  expect(cached(plain)).toEqual([]);
});

it('throws a Go with a wrong sum away', async () => {
  const host = createFakeHost({ env: { GOPROXY: 'https://a.example' }, web: { [address('https://a.example')]: zip } });
  const wrong = { ...release, sums: { ...sums, amd64: 'h1:wrong' } };
  await expect(fetchGo(host, {}, wrong)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
  expect(cached(host)).toEqual([]);
  expect(() => readdirSync(join(host.directories.cache, 'go', 'toolchain'))).toThrow();
});

it('knows Go for Linux only', async () => {
  const host = createFakeHost({ platform: { os: 'darwin' } });
  expect(managedGoPath(host)).toBeUndefined();
  await expect(fetchGo(host)).rejects.toMatchObject({ code: 'GO_MISSING' });
});

it.each([
  ['go1.25.0', '1.25.0'],
  ['go1.26.8', '1.26.8'],
])('uses a Go on PATH of version %s', async (stdout, found) => {
  const host = createFakeHost({ programs: [{ argv: ['go'] }, { argv: ['/usr/bin/go', 'env'], stdout }] });
  expect(await findGo(host, '1.25.0')).toEqual({ path: '/usr/bin/go', version: found, origin: 'path' });
});

it.each([{ stdout: 'go1.24.9' }, { exitCode: 1 }])('passes over a Go that is too old or broken', async (answer) => {
  const host = createFakeHost({
    programs: [{ argv: ['go'] }, { argv: ['/usr/bin/go'], ...answer }],
    env: { GOPROXY: 'off' },
  });
  expect(await findGo(host, '1.25.0')).toBeUndefined();
  await expect(ensureGo(host, '1.25.0')).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  expect(host.ui.lines).toEqual(['… Fetch Go', '✗ Fetch Go']);
});

it('finds the Go that was fetched earlier without the network', async () => {
  const plain = createFakeHost();
  const managed = managedGoPath(plain) ?? '';
  mkdirSync(join(managed, '..'), { recursive: true });
  writeFileSync(managed, '', { mode: 0o755 });
  const host = { ...plain, runner: createFakeHost({ programs: [{ argv: [managed], stdout: 'go1.26.8' }] }).runner };
  const found = await ensureGo(
    {
      ...host,
      runner: { ...host.runner, which: (program) => Promise.resolve(program === managed ? program : undefined) },
    },
    '1.25.0',
  );
  expect(found).toEqual({ path: managed, version: '1.26.8', origin: 'managed' });
});
