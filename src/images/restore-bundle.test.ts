import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Header } from 'tar';
import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.js';
import { restoreBundle, type Restored } from './restore-bundle.js';
import { checkBundle, readBundle } from './bundle-manifest.js';

const { signal } = new AbortController();
const step = { progress: () => undefined };
const text = 'a program';
const sha256 = createHash('sha256').update(text).digest('hex');

interface Entry {
  readonly path: string;
  readonly type?: 'File' | 'SymbolicLink' | 'Link';
  readonly text?: string;
  readonly linkpath?: string;
}

function fileOf(path: string): { readonly path: string; readonly bytes: number; readonly sha256: string } {
  return { path, bytes: text.length, sha256 };
}

/** Header by header, because no archiver writes such files. */
function packTar(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ path, type = 'File', text: body = '', linkpath = '' }) => {
    const header = new Header({ path, type, linkpath, size: Buffer.byteLength(body), mode: 0o644, mtime: new Date(0) });
    const block = Buffer.alloc(512);
    header.encode(block, 0);
    const content = Buffer.alloc(Math.ceil(Buffer.byteLength(body) / 512) * 512);
    content.write(body);
    return [block, content];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

interface Bundle {
  readonly units: readonly string[];
  readonly files?: readonly string[];
  readonly entries?: readonly Entry[];
}

/** What the command does with the bundle, for a machine that looks for data/tool. */
async function restore(
  { units, files = units, entries = files.map((path) => ({ path, text })) }: Bundle,
  host = createFakeHost(),
): Promise<Restored> {
  const manifest = JSON.stringify({
    schema: 'spark-dev-bundle/v1',
    sparkDevVersion: '1',
    arch: 'amd64',
    aptSources: { archive: 'http://a', security: 'http://b' },
    units: units.map((path) => ({ path, what: 'a thing' })),
    files: files.map(fileOf),
  });
  const bundle = join(host.directories.working, 'bundle.tar');
  writeFileSync(bundle, packTar([{ path: 'manifest.json', text: manifest }, ...entries]));
  const wanted = [{ path: 'data/tool', what: 'a tool', isNeeded: true }];
  const read = await readBundle(bundle, signal);
  const { manifest: known } = checkBundle(read, wanted, { arch: 'amd64', sparkDevVersion: '1' });
  return restoreBundle(host, bundle, known, { signal, step });
}

function leftIn({ directories }: FakeHost): readonly string[] {
  return existsSync(directories.data) ? readdirSync(directories.data) : [];
}

it('puts a unit with its file in place', async () => {
  const host = createFakeHost();
  expect(await restore({ units: ['data/tool'] }, host)).toEqual({ placed: ['data/tool'], wereThere: [] });
  expect(readFileSync(join(host.directories.data, 'tool'), 'utf8')).toBe(text);
});

it.each([
  'data/../../.payload/authorized_keys',
  'cache/../x',
  'data/./tool2',
  'data//tool2',
  'data/tool2/',
  'data',
  '/etc/passwd',
  'state/x',
  'data/a\\..\\..\\b',
  'data/c:x',
  '',
])('refuses a unit %j', async (path) => {
  const host = createFakeHost();
  await expect(restore({ units: ['data/tool', path], files: ['data/tool'] }, host)).rejects.toMatchObject({
    code: 'BUNDLE_REFUSED',
    why: expect.stringContaining('units.1.path: is not a path below data or cache') as string,
  });
  expect(leftIn(host)).toEqual([]);
});

it.each([
  ['a unit without a file', { units: ['data/tool', 'data/b'], files: ['data/tool'] }, 'data/b has no file'],
  ['a unit twice', { units: ['data/tool', 'data/tool'], files: ['data/tool'] }, 'a path is listed twice'],
  ['a file twice', { units: ['data/tool'], files: ['data/tool', 'data/tool'] }, 'a path is listed twice'],
  ['a unit in a unit', { units: ['data/tool', 'data/tool/a'], files: ['data/tool/a'] }, 'is inside another unit'],
  ['a file in no unit', { units: ['data/tool'], files: ['data/tool', 'data/x'] }, 'data/x belongs to no unit'],
])('refuses %s', async (_name, bundle, why) => {
  await expect(restore(bundle)).rejects.toMatchObject({
    code: 'BUNDLE_REFUSED',
    why: expect.stringContaining(why) as string,
  });
});

it('leaves units that this spark-dev does not look for', async () => {
  const host = createFakeHost();
  expect((await restore({ units: ['data/tool', 'data/other'] }, host)).placed).toEqual(['data/tool']);
  expect(leftIn(host)).toEqual(['tool']);
});

it.each([
  ['a symbolic link', [{ path: 'data/tool', type: 'SymbolicLink', linkpath: '/etc/passwd' }]],
  ['a hard link', [{ path: 'data/tool', type: 'Link', linkpath: '/etc/passwd' }]],
  ['a file that is longer than its manifest says', [{ path: 'data/tool', text: text.repeat(1000) }]],
  [
    'a second file of the name',
    [
      { path: 'data/tool', text: 'a  pogram' },
      { path: 'data/tool', text },
    ],
  ],
] as const)('refuses %s', async (_name, entries) => {
  const host = createFakeHost();
  await expect(restore({ units: ['data/tool'], entries }, host)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
  expect(leftIn(host)).toEqual([]);
});
