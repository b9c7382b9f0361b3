import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listenOnLoopback } from '../../src/kube/port-forward/local-port.js';

/** The script as a check's pod calls it, against an API server of this test. */
const script = readFileSync('kustomize/pods/ask_api.py', 'utf8');

let server: Server;
let env: Readonly<Record<string, string>>;
/** HTTP statuses for a GET of services with the token, in order; the last one stays. */
let statuses: number[];

beforeEach(async () => {
  statuses = [200];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, body } = answer(
        request.url ?? '',
        request.headers.authorization,
        Buffer.concat(chunks).toString(),
      );
      response.writeHead(status).end(JSON.stringify(body));
    });
  });
  await listenOnLoopback(server, 0);
  const account = mkdtempSync(join(tmpdir(), 'spark-dev-account-'));
  const claims = Buffer.from(JSON.stringify({ sub: 'system:serviceaccount:team-a:spark', exp: 1_900_000_000 }));
  writeFileSync(join(account, 'token'), `x.${claims.toString('base64url')}.x`);
  writeFileSync(join(account, 'namespace'), 'team-a');
  writeFileSync(join(account, 'ca.crt'), rootCertificates[0] ?? '');
  env = {
    APISERVER: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    TOKEN: join(account, 'token'),
    CERT: join(account, 'ca.crt'),
    REVIEWS: JSON.stringify({ 'create pods': { verb: 'create' }, 'get secrets': { verb: 'get' } }),
  };
});
afterEach(() => server.close());

function answer(
  url: string,
  token: string | undefined,
  body: string,
): { readonly status: number; readonly body: object } {
  if (url === '/version') return { status: 200, body: { gitVersion: 'v1.34.4' } };
  if (token?.startsWith('Bearer x.') !== true) return { status: 403, body: {} };
  if (url.endsWith('/selfsubjectaccessreviews')) {
    const { verb } = JSON.parse(body) as { verb: string };
    return verb === 'fail'
      ? { status: 500, body: {} }
      : { status: 201, body: { status: { allowed: verb === 'create' } } };
  }
  return { status: (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 500, body: {} };
}

const ask = async (words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<unknown> => {
  const options = { env: { PATH: process.env['PATH'], ...env, ...more } };
  return JSON.parse((await promisify(execFile)('python3', ['-c', script, ...words], options)).stdout);
};

it('asks for each right, with the token', async () => {
  expect(await ask(['rights'])).toEqual({
    facts: {},
    allowed: { 'create pods': true, 'get secrets': false },
    troubles: [],
  });
});

it('tells what a pod sees of the API', async () => {
  expect(await ask(['facts'])).toMatchObject({
    facts: {
      token: { account: 'system:serviceaccount:team-a:spark', until: '2030-03-17T17:46:40Z' },
      authority: { until: expect.stringMatching(/^2\d{3}-/) as string },
      namespace: 'team-a',
      address: '127.0.0.1',
      version: 'v1.34.4',
      anonymous: 403,
    },
    troubles: [],
  });
});

it('does not wait for the others after one that cannot be asked, and says why', async () => {
  const REVIEWS = JSON.stringify({ one: { verb: 'fail' }, two: { verb: 'create' } });
  expect(await ask(['rights'], { REVIEWS })).toEqual({
    facts: {},
    allowed: {},
    troubles: ['one: the API answered 500'],
  });
  const nowhere = (await ask(['rights'], { APISERVER: 'http://127.0.0.1:1' })) as { troubles: string[] };
  expect(nowhere.troubles).toEqual([expect.stringContaining('Connection refused')]);
});

it('repeats a question until the answer is the expected one', async () => {
  statuses = [403, 403, 200];
  expect(await ask(['status', '/api/v1/namespaces/team-a/services', 'account', '200'])).toBe(200);
  expect(await ask(['status', '/api/v1/namespaces/team-a/pods', 'anonymous', '403'])).toBe(403);
});
