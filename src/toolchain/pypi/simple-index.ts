import { z } from 'zod';

export interface IndexedFile {
  readonly name: string;
  readonly url: string;
}

/** Both forms that an index may answer with, the JSON one preferred. https://peps.python.org/pep-0691/ */
export const indexAccept = 'application/vnd.pypi.simple.v1+json, text/html;q=0.5';

const jsonIndex = z.object({ files: z.array(z.object({ filename: z.string(), url: z.string() })) });

/** The files of one project page, PEP 691 JSON or PEP 503 HTML; relative addresses are resolved against the page's own. */
export function parseIndexPage(page: {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
}): readonly IndexedFile[] {
  if (page.contentType.includes('json')) {
    const { files } = jsonIndex.parse(JSON.parse(page.body));
    return files.map(({ filename, url }) => ({ name: filename, url: new URL(url, page.url).href }));
  }
  return [...page.body.matchAll(/<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([^<]*)<\/a>/gi)].map((anchor) => {
    const url = new URL(unescapeHtml(anchor[1] ?? anchor[2] ?? ''), page.url);
    // our own pin is what counts, not the sum that the index gives
    url.hash = '';
    return { name: unescapeHtml(anchor[3] ?? '').trim(), url: url.href };
  });
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
