import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, isIP, type AddressInfo, type Server } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chooseProxy } from '../../src/adapters/proxy.js';
import { createUndiciHttp } from '../../src/adapters/undici-http.js';
import { mapInputs, sampleInputs } from './inputs.js';
import { answerTo, describeBytes } from './proxy-bytes.js';

/** curl and spark-dev get the same variables and address; a listener in the proxy's place sees what each of them does. */
const port = 'PORT';
const names = ['http', 'https', 'all'].flatMap((one) => [`${one}_proxy`, `${one.toUpperCase()}_PROXY`]);

const host = fc.constantFrom(
  ...`127.0.0.1:${port} localhost:${port} [::1]:${port} 127.0.0.1 [::1] ::1:${port}`.split(' '),
);
const scheme = fc.constantFrom(
  '',
  '',
  'http://',
  'HTTP://',
  'https://',
  'socks://',
  'socks4://',
  'socks4a://',
  'socks5://',
  'socks5h://',
  'SOCKS5h://',
  'ftp://',
  'http:',
  '//',
  'http:/',
);
const login = fc.constantFrom(
  ...['', '', ''],
  'user:pass@',
  'user@',
  ':pass@',
  '@',
  String.raw`dom\user:x@`,
  'u%40x:p%3Aq@',
  'u:%zz%2@',
  'u:a:b@',
  'u:ü@',
  'u:p@ss@',
);
const end = fc.constantFrom('', '', '', '/', '/path?x', '#x', ' ', ':', 'x');
const address = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(scheme, login, host, end)
      .map((parts) => parts.join(''))
      .filter((one) => !/^socks.*localhost.*\/path/i.test(one)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', ' ', 'http://', '127.0.0.1:99999', '127.0.0.1:0x9', `127.0.0.1:${port}`),
  },
);
const targets = [
  'https://a.example/',
  'https://sub.a.example:8443/',
  'http://a.example/',
  'http://sub.a.example:8080/',
  'https://nota.example/',
  'https://192.0.2.7/',
  'http://198.51.100.7:81/',
  'https://[2001:db8::7]/',
  'https://a.example./',
];
const entry = fc.constantFrom(
  '*',
  'a.example',
  '.a.example',
  '*.a.example',
  'A.EXAMPLE',
  'a.example.',
  '.',
  'example',
  'sub.a.example',
  'a.example:443',
  'a.example:8443',
  '192.0.2.7',
  '192.0.2.0/24',
  '192.0.2.0/31',
  '192.0.2.7/32',
  '192.0.2.7/0',
  '192.0.2.0/33',
  '192.0.2.0/x',
  '198.51.100.0/25',
  '198.51.100.7:81',
  '2001:db8::/32',
  '2001:db8::7',
  '[2001:db8::7]',
  '2001:DB8:0::7',
  '2001:db8::/127',
  '0.0.0.0/1',
  'localhost',
);
const list = fc
  .tuple(fc.array(entry, { maxLength: 3 }), fc.constantFrom(',', ', ', ' ', ',,', ' , '))
  .map(([entries, comma]) => entries.join(comma));
const input = fc.record({
  target: fc.constantFrom(...targets),
  env: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...names), address).map(([name, value]) => ({ [name]: value })) },
    { weight: 2, arbitrary: fc.dictionary(fc.constantFrom(...names), address, { minKeys: 2, maxKeys: 4 }) },
  ),
  except: fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 3, arbitrary: fc.dictionary(fc.constantFrom('no_proxy', 'NO_PROXY'), list, { minKeys: 1 }) },
  ),
});

type Env = Readonly<Record<string, string | undefined>>;

/** Each worker's own, so that what a listener sees belongs to one call. */
const listeners: { readonly server: Server; readonly port: number; seen: string }[] = [];

beforeAll(async () => {
  for (let worker = 0; worker < 4; worker += 1) {
    const server = createServer((socket) => {
      const mine = listeners[worker];
      let step = 0;
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        if (mine === undefined) return;
        mine.seen += describeBytes(data, step);
        step += 1;
        const answer = answerTo(data, step);
        if (answer === undefined) socket.end();
        else socket.write(answer);
      });
    });
    server.listen(0, '::');
    await once(server, 'listening');
    listeners.push({ server, port: (server.address() as AddressInfo).port, seen: '' });
  }
});

afterAll(() => {
  for (const { server } of listeners) server.close();
});

/** curl 7.88 compares IPv6 as text, against its own manual. */
const heldV6 = new Set(['2001:db8::/32', '2001:DB8:0::7']);

/** What differs on purpose (docs/decisions/environments.md), said as what curl is to be given instead. */
function forCurl(env: Env, target: URL): Env {
  const [lower, upper] = [env['http_proxy'], env['HTTP_PROXY']];
  const targetPort = target.port || (target.protocol === 'https:' ? '443' : '80');
  const exceptions = (value = ''): string =>
    value
      .split(/([\s,]+)/)
      .map((one) => (heldV6.has(one) ? '2001:db8::7' : one))
      .map((one) => one.replace(/^\*\./, '.').replace(`.example:${targetPort}`, '.example'))
      .join('');
  const plain = (value: string): string =>
    value
      .replace('p@ss@', 'p%40ss@')
      .replace(/^(\w+:\/+|)@/, '$1')
      .replace(/^([^/]*@)?(\[[^\]]*\]|[^/:@]+):$/, '$1$2');
  return Object.fromEntries(
    Object.entries({ ...env, ...(lower ? {} : { http_proxy: upper }) })
      .filter((pair): pair is [string, string] => pair[1] !== undefined)
      .map(([name, value]) => [name, /no_proxy/i.test(name) ? exceptions(value) : plain(value)]),
  );
}

function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

interface Way {
  readonly proxy: string;
  readonly seen: string;
}

async function askCurl(env: Env, target: string, worker: number): Promise<Way> {
  const listener = listeners[worker];
  const { hostname, port: itsPort, protocol } = new URL(target);
  const resolve = ['--resolve', `${hostname}:${itsPort || (protocol === 'https:' ? '443' : '80')}:192.0.2.9`];
  if (listener === undefined) throw new Error('no listener');
  listener.seen = '';
  const words = [
    '-q',
    '-v',
    '-s',
    '-m',
    '2',
    '--connect-timeout',
    '0.3',
    '-o',
    '/dev/null',
    ...(isAddress(hostname) ? [] : resolve),
    target,
  ];
  const said = await new Promise<string>((done) => {
    execFile('curl', words, { env: { ...env, PATH: process.env['PATH'] } }, (_error, _stdout, stderr) => {
      done(stderr);
    });
  });
  const tried = /(?:Failed to connect to|Connected to|connect to) (\S+)(?: \(\S+\))? port (\d+)/.exec(said);
  const used = /Uses proxy env variable (?!no_proxy)(\w+) == '(.*)'/i.exec(said);
  if (used === null) return { proxy: 'direct', seen: '' };
  if (/Could not resolve (proxy|host: 127)/.test(said)) return { proxy: 'a name', seen: '' };
  if (/Unsupported proxy/.test(said)) return { proxy: 'refused', seen: '' };
  const [, host = '', dialled = said] = tried ?? [];
  const usual = dialled === '1080' && !/socks/i.test(used[2] ?? '') ? '80' : dialled;
  return { proxy: `${host}:${usual}`, seen: listener.seen };
}

async function askOurs(env: Env, target: string, worker: number): Promise<Way> {
  const listener = listeners[worker];
  if (listener === undefined) throw new Error('no listener');
  listener.seen = '';
  try {
    const chosen = chooseProxy(env, new URL(target));
    if (chosen === undefined) return { proxy: 'direct', seen: '' };
    if (chosen.host.endsWith('x')) return { proxy: 'a name', seen: '' };
    if (chosen.port === listener.port)
      await createUndiciHttp(env)
        .get(target, { mostBytes: 100, signal: AbortSignal.timeout(2000) })
        .catch(() => undefined);
    return { proxy: `${chosen.host}:${String(chosen.port)}`, seen: listener.seen };
  } catch {
    return { proxy: 'refused', seen: '' };
  }
}

it('reaches each address the way curl reaches it', async () => {
  const differing = await mapInputs(sampleInputs(input), async ({ target, env, except }, worker) => {
    const given = JSON.parse(
      JSON.stringify({ ...env, ...except }).replaceAll(port, String(listeners[worker]?.port)),
    ) as Env;
    const curls = await askCurl(forCurl(given, new URL(target)), target, worker);
    const ours = await askOurs(given, target, worker);
    // only curl was told the address of these names
    const isLookedUp = !isAddress(new URL(target).hostname) && ours.seen === '' && curls.seen.startsWith('socks');
    // curl stops there, and we leave it to the proxy
    const isV4Only = target.includes('[') && curls.seen === '' && ours.seen.startsWith('socks4');
    const same = curls.proxy === ours.proxy && (curls.seen === ours.seen || isLookedUp || isV4Only);
    return same ? [] : [{ target, given, curls, ours }];
  });
  expect(differing.flat()).toEqual([]);
}, 120_000);
