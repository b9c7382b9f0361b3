import { describe, expect, it } from 'vitest';
import { parseIndexPage } from './simple-index.js';

const url = 'https://mirror.test/simple/pyspark/';

describe('parseIndexPage', () => {
  it('reads PEP 503 HTML: relative addresses, entities, other attributes, sums cut off', () => {
    const body = `<html><body>
      <a data-requires-python="&gt;=3.9" href="../../packages/pyspark-4.0.5.tar.gz#sha256=ab">pyspark-4.0.5.tar.gz</a><br/>
      <A HREF='https://files.test/p?a=1&amp;b=2#sha256=cd' >pyspark-4.3.0.tar.gz</A>
    </body></html>`;
    expect(parseIndexPage({ url, contentType: 'text/html; charset=utf-8', body })).toEqual([
      { name: 'pyspark-4.0.5.tar.gz', url: 'https://mirror.test/packages/pyspark-4.0.5.tar.gz' },
      { name: 'pyspark-4.3.0.tar.gz', url: 'https://files.test/p?a=1&b=2' },
    ]);
  });

  it('reads PEP 691 JSON', () => {
    const body = JSON.stringify({
      meta: { 'api-version': '1.1' },
      name: 'pyspark',
      files: [{ filename: 'pyspark-4.3.0.tar.gz', url: '/f/pyspark-4.3.0.tar.gz', hashes: { sha256: 'ab' } }],
    });
    expect(parseIndexPage({ url, contentType: 'application/vnd.pypi.simple.v1+json', body })).toEqual([
      { name: 'pyspark-4.3.0.tar.gz', url: 'https://mirror.test/f/pyspark-4.3.0.tar.gz' },
    ]);
  });

  it('finds nothing on a page that is no index', () => {
    expect(parseIndexPage({ url, contentType: 'text/html', body: '<h1>Sign in</h1>' })).toEqual([]);
  });
});
