import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost, type FakeWorld } from '../../../test/fakes/fake-host.js';
import { fetchFromPypi, findInIndexPage } from './pypi.js';
import { downloadPath } from '../verified-download.js';
import type { HttpRequest } from '../../ports/host.js';

const content = 'the real thing';
const file = {
  project: 'tool',
  name: 'tool-1.0.whl',
  sha256: createHash('sha256').update(content).digest('hex'),
  sizeMb: 1,
};
const index = 'https://pypi.org/simple/tool/';
const link = '<a href="/files/tool-1.0.whl">tool-1.0.whl</a>';
const fileUrl = 'https://pypi.org/files/tool-1.0.whl';
const { signal } = new AbortController();

function hostWith(web: FakeWorld['web'], env: FakeWorld['env'] = {}): FakeHost {
  return createFakeHost({ web: web ?? {}, env: { PIP_CONFIG_FILE: '/dev/null', ...env } });
}

describe('fetchFromPypi', () => {
  it('downloads through the index and leaves nothing but the verified file', async () => {
    const host = hostWith({ [index]: link, [fileUrl]: content });
    const path = await fetchFromPypi(host, file, { signal });
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(readdirSync(dirname(path))).toEqual(['tool-1.0.whl']);
  });

  it('needs no network for what is in the cache', async () => {
    const host = hostWith({});
    const path = downloadPath(host, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    expect(await fetchFromPypi(host, file, { signal })).toBe(path);
  });

  it('sets a damaged file in the cache aside and fetches it again', async () => {
    const host = hostWith({ [index]: link, [fileUrl]: content });
    const path = downloadPath(host, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'half of i');
    await fetchFromPypi(host, file, { signal });
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe('half of i');
    expect(host.ui.lines.join('\n')).toContain('is damaged');
  });

  it('refuses a file with another sum after a second try, under no name that could be used', async () => {
    const host = hostWith({ [index]: link, [fileUrl]: 'something else' });
    await expect(fetchFromPypi(host, file, { signal })).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
      exitCode: 4,
    });
    expect(readdirSync(dirname(downloadPath(host, file.name)))).toEqual(['tool-1.0.whl.damaged']);
  });

  it('says what is missing where there is no network', async () => {
    const failure = fetchFromPypi(hostWith({}), file, { signal });
    await expect(failure).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      what: 'tool-1.0.whl is not in the cache and cannot be downloaded',
      why: `${index}: getaddrinfo ENOTFOUND pypi.org`,
    });
  });

  it('goes on to the extra index when the first does not list the file', async () => {
    const host = hostWith(
      {
        [index]: '<p>nothing</p>',
        'https://extra.test/simple/tool/': '<a href="t">tool-1.0.whl</a>',
        'https://extra.test/simple/tool/t': content,
      },
      { PIP_EXTRA_INDEX_URL: 'https://extra.test/simple' },
    );
    await fetchFromPypi(host, file, { signal });
    expect(readFileSync(downloadPath(host, file.name), 'utf8')).toBe(content);
  });

  it('sends the password of an index in a header, to that origin only, and never shows it', async () => {
    const asked: { url: string; request: HttpRequest }[] = [];
    const web = {
      'https://in.test/simple/tool/': '<a href="https://out.test/t">tool-1.0.whl</a>',
      'https://out.test/t': 'wrong',
    };
    const plain = hostWith(web, { PIP_INDEX_URL: 'https://ann:s3cret@in.test/simple' });
    const host = {
      ...plain,
      http: {
        get: (url: string, request: HttpRequest) => {
          asked.push({ url, request });
          return plain.http.get(url, request);
        },
      },
    };
    const failure: unknown = await fetchFromPypi(host, file, { signal }).catch((error: unknown) => error);
    expect(JSON.stringify(failure)).not.toContain('s3cret');
    expect(asked[0]).toMatchObject({
      url: 'https://in.test/simple/tool/',
      request: { headers: { authorization: `Basic ${Buffer.from('ann:s3cret').toString('base64')}` } },
    });
    expect(asked[1]?.request.headers).toEqual({});
  });
});

const url = 'https://mirror.test/simple/pyspark/';

describe('findInIndexPage', () => {
  it('reads PEP 503 HTML: relative addresses, entities, other attributes, sums cut off', () => {
    const body = `<html><body>
      <a data-requires-python="&gt;=3.9" href="../../packages/pyspark-4.0.5.tar.gz#sha256=ab">pyspark-4.0.5.tar.gz</a><br/>
      <A HREF='https://files.test/p?a=1&amp;b=2#sha256=cd' data-requires-python=">=3.9" >pyspark-4.3.0.tar.gz</A>
    </body></html>`;
    const find = (name: string): string | undefined =>
      findInIndexPage({ url, contentType: 'text/html; charset=utf-8', body }, name);
    expect(find('pyspark-4.0.5.tar.gz')).toBe('https://mirror.test/packages/pyspark-4.0.5.tar.gz');
    expect(find('pyspark-4.3.0.tar.gz')).toBe('https://files.test/p?a=1&b=2');
    expect(find('pyspark')).toBeUndefined();
  });

  it('reads PEP 691 JSON', () => {
    const body = JSON.stringify({
      meta: { 'api-version': '1.1' },
      name: 'pyspark',
      files: [{ filename: 'pyspark-4.3.0.tar.gz', url: '/f/pyspark-4.3.0.tar.gz', hashes: { sha256: 'ab' } }],
    });
    const page = { url, contentType: 'application/vnd.pypi.simple.v1+json', body };
    expect(findInIndexPage(page, 'pyspark-4.3.0.tar.gz')).toBe('https://mirror.test/f/pyspark-4.3.0.tar.gz');
  });

  it('finds nothing on a page that is no index', () => {
    expect(findInIndexPage({ url, contentType: 'text/html', body: '<h1>Sign in</h1>' }, 'x')).toBeUndefined();
  });
});
