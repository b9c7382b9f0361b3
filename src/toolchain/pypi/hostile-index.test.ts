import { existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.js';
import { startHostileServer, type HostileServer } from '../../../test/fakes/hostile-server.js';
import { createUndiciHttp } from '../../adapters/undici-http.js';
import { downloadPath } from '../verified-download.js';
import { fetchFromPypi } from './pypi.js';

const file = { project: 'tool', name: 'tool-1.0.whl', sha256: '0'.repeat(64), sizeMb: 1 };
const link = (to: string): string => `<a href="${to}">${file.name}</a>`;
const { signal } = new AbortController();

let server: HostileServer;
beforeAll(async () => {
  server = await startHostileServer({
    '/open/tool/': '<a '.repeat(300_000),
    '/attributes/tool/': '<a '.repeat(3000) + 'href=""'.repeat(30_000),
    '/quotes/tool/': `<a "'`.repeat(300_000),
    '/spaces/tool/': `<a ${' '.repeat(300_000)}href${' '.repeat(300_000)}`,
    '/nested/tool/': `${'<a href="x">'.repeat(100_000)}${link('/endless')}`,
    '/endless-file/tool/': link('/endless'),
    '/long-file/tool/': link('/long'),
  });
});
afterAll(() => server.close());

function hostAt(index: string): FakeHost {
  const env = { PIP_CONFIG_FILE: '/dev/null', PIP_INDEX_URL: `${server.url}/${index}` };
  return { ...createFakeHost({ env }), http: createUndiciHttp({}) };
}

it.each(['open', 'attributes', 'quotes', 'spaces'])(
  'reads a page of tags that never end in one pass (%s)',
  async (page) => {
    await expect(fetchFromPypi(hostAt(page), file, { signal })).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      why: expect.stringContaining('the index does not list tool-1.0.whl') as string,
    });
  },
);

it.each(['endless-file', 'long-file', 'nested'])('stops a file at the size of its pin (%s)', async (page) => {
  const host = hostAt(page);
  await expect(fetchFromPypi(host, file, { signal })).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    why: expect.stringContaining('the answer is longer than 2 MB') as string,
  });
  expect(readdirSync(dirname(downloadPath(host, file.name)))).toEqual([]);
});

it('removes a file of the cache that is larger than its pin instead of keeping it aside', async () => {
  const host = hostAt('open');
  const path = downloadPath(host, file.name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  truncateSync(path, 3_000_000);
  await expect(fetchFromPypi(host, file, { signal })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  expect(existsSync(path)).toBe(false);
  expect(existsSync(`${path}.damaged`)).toBe(false);
  expect(host.ui.lines.join('\n')).toContain('too large');
});
