import { describe, expect, it } from 'vitest';
import { findInIndexPage } from './simple-index.js';

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
