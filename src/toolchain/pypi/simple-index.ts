import { z } from 'zod';

export interface IndexPage {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
}

/** Both response formats of an index, the JSON one preferred. https://peps.python.org/pep-0691/ */
export const indexAccept = 'application/vnd.pypi.simple.v1+json, text/html;q=0.5';

const jsonIndex = z.object({ files: z.array(z.object({ filename: z.string(), url: z.string() })) });

/** Each part stops at the next `<`, so that a hostile page costs no more than its length. */
const anchor = /<a\s((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>([^<]*)<\/a>/gi;
const href = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)')/i;

/** Where a project page, PEP 691 JSON or PEP 503 HTML, has a file; relative addresses are resolved against the page's own. */
export function findInIndexPage(page: IndexPage, name: string): string | undefined {
  const found = page.contentType.includes('json') ? findInJson(page.body, name) : findInHtml(page.body, name);
  if (found === undefined) return undefined;
  const url = new URL(found, page.url);
  // our own pin counts, not the index's checksum
  url.hash = '';
  return url.href;
}

function findInJson(body: string, name: string): string | undefined {
  return jsonIndex.parse(JSON.parse(body)).files.find(({ filename }) => filename === name)?.url;
}

function findInHtml(body: string, name: string): string | undefined {
  for (const [, attributes = '', text = ''] of body.matchAll(anchor)) {
    if (unescapeHtml(text).trim() !== name) continue;
    const value = href.exec(attributes);
    if (value !== null) return unescapeHtml(value[1] ?? value[2] ?? '');
  }
  return undefined;
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
