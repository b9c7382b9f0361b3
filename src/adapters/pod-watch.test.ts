import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CoreV1Api, KubeConfig, Watch, type V1Pod } from '@kubernetes/client-node';
import { afterEach, expect, it } from 'vitest';
import { watchPods } from './pod-watch.js';

const pod = (name: string, phase = 'Running'): V1Pod => ({ metadata: { name, uid: `uid-${name}` }, status: { phase } });
const event = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;
const added = (name: string, phase?: string): string => event('ADDED', pod(name, phase));

/** How the API server answers one watch. */
type Watched = (answer: ServerResponse, request: IncomingMessage) => void;

interface Played {
  /** `list` and `watch from VERSION`, in the order of arrival. */
  readonly asked: readonly string[];
  /** The names that each change told, and each break by its words. */
  readonly told: readonly string[];
  readonly tellsSoon: (what: string | RegExp) => Promise<void>;
  readonly stop: () => Promise<void>;
}

let running: { server: Server; stop: () => Promise<void> } | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** A refusal with Retry-After, as the API server's own limiter words it. */
interface Busy {
  readonly retryAfter: string;
}
const tooMany = 'the server has received too many requests and has asked us to try again later';
const refuse = (answer: ServerResponse, { retryAfter }: Busy): void => {
  const status = { kind: 'Status', status: 'Failure', code: 429, reason: 'TooManyRequests', message: tooMany };
  answer.writeHead(429, { 'Content-Type': 'application/json', 'Retry-After': retryAfter }).end(JSON.stringify(status));
};

/** The API server's part in a watch: each list is the next of `lists`, each watch the next of `watches`; the last ones stay. */
async function play(
  lists: readonly (readonly V1Pod[] | number | Busy | 'silence')[],
  watches: readonly Watched[],
  { listWithinMs = 10_000, watchForMs = 30_000 } = {},
): Promise<Played> {
  const asked: string[] = [];
  const told: string[] = [];
  let [listed, watched] = [0, 0];
  const server = createServer((request, answer) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    expect(url.pathname).toBe('/api/v1/namespaces/spark/pods');
    expect(url.searchParams.get('labelSelector')).toBe('spark-dev/run=r1');
    if (url.searchParams.get('watch') === null) {
      asked.push('list');
      const list = lists[Math.min(listed++, lists.length - 1)] ?? [];
      if (list === 'silence') return;
      if (typeof list === 'object' && 'retryAfter' in list) {
        refuse(answer, list);
        return;
      }
      if (typeof list === 'number') return void answer.writeHead(list).end('{}');
      const metadata = { resourceVersion: String(100 * listed) };
      answer.setHeader('Content-Type', 'application/json');
      answer.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata, items: list }));
      return;
    }
    asked.push(`watch from ${url.searchParams.get('resourceVersion') ?? 'nowhere'}`);
    watches[Math.min(watched++, watches.length - 1)]?.(answer, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'c', server: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, skipTLSVerify: true },
    { name: 'u' },
  );
  const controller = new AbortController();
  const ended = watchPods(
    { core: config.makeApiClient(CoreV1Api), watch: new Watch(config), listWithinMs, watchForMs },
    { namespace: 'spark', labels: 'spark-dev/run=r1' },
    {
      onChange: (pods) => told.push(pods.map(({ metadata }) => metadata?.name).join(',')),
      onBroken: (why) => told.push(`broken: ${why}`),
    },
    controller.signal,
  );
  const stop = async (): Promise<void> => {
    controller.abort();
    await ended;
    server.closeAllConnections();
    server.close();
  };
  running = { server, stop };
  return {
    asked,
    told,
    stop,
    async tellsSoon(what) {
      const isTold = (): boolean => told.some((one) => (typeof what === 'string' ? one === what : what.test(one)));
      for (const deadline = Date.now() + 10_000; !isTold();) {
        if (Date.now() > deadline) throw new Error(`never told ${String(what)}: ${told.join(' | ')}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

const stays: Watched = (answer) => void answer.write('');

it('tells the list, then each change, and ends with the signal', async () => {
  const played = await play(
    [[pod('a')]],
    [
      (answer) => {
        answer.write(added('b') + event('MODIFIED', pod('a', 'Failed')));
        answer.write(event('DELETED', pod('a')));
      },
    ],
  );
  await played.tellsSoon('b');
  await played.stop();
  expect(played.told).toEqual(['a', 'a,b', 'a,b', 'b']);
  expect(played.asked).toEqual(['list', 'watch from 100']);
});

it('puts an event together that comes in pieces', async () => {
  const whole = added('ö');
  const bytes = Buffer.from(whole);
  const played = await play(
    [[]],
    [
      (answer) => {
        const cut = bytes.indexOf(0xc3) + 1;
        answer.write(bytes.subarray(0, cut));
        setTimeout(() => answer.write(bytes.subarray(cut)), 30);
      },
    ],
  );
  await played.tellsSoon('ö');
});

it.each<[string, Watched]>([
  ['in the stream', (answer) => answer.end(event('ERROR', { kind: 'Status', code: 410, reason: 'Expired' }))],
  ['in a stream that stays open', (answer) => answer.write(event('ERROR', { kind: 'Status', code: 410 }))],
  ['as the answer', (answer) => answer.writeHead(410).end(JSON.stringify({ kind: 'Status', code: 410 }))],
])('lists again when the version is too old (410 %s), and misses nothing that happened between', async (_how, gone) => {
  const played = await play([[pod('driver')], [pod('driver', 'Succeeded'), pod('late')]], [gone, stays]);
  await played.tellsSoon('driver,late');
  await expect.poll(() => played.asked).toEqual(['list', 'watch from 100', 'list', 'watch from 200']);
});

it('lists again when the connection is reset in the middle of an event', async () => {
  const played = await play(
    [[pod('a')], [pod('a'), pod('b')]],
    [
      (answer) => {
        answer.write(added('b').slice(0, 20));
        setTimeout(() => answer.socket?.resetAndDestroy(), 20);
      },
      stays,
    ],
  );
  await played.tellsSoon('a,b');
  await expect.poll(() => played.asked).toEqual(['list', 'watch from 100', 'list', 'watch from 200']);
  expect(played.told.filter((one) => one.startsWith('broken'))).toHaveLength(1);
});

it('begins again when the server ends a watch in good order, and calls nothing broken', async () => {
  const played = await play([[pod('a')], [pod('b')]], [(answer) => answer.end(added('x')), stays]);
  await played.tellsSoon('b');
  expect(played.told.filter((one) => one.startsWith('broken'))).toEqual([]);
});

it('waits longer each time while the server refuses, and recovers', async () => {
  const played = await play([500, 503, 500, [pod('a')]], [stays]);
  const startedAt = performance.now();
  await played.tellsSoon('a');
  expect(performance.now() - startedAt).toBeGreaterThan((200 + 400 + 800) * 0.75 - 50);
  expect(played.asked.filter((one) => one === 'list')).toHaveLength(4);
  expect(played.told.filter((one) => one.startsWith('broken'))).toHaveLength(3);
});

it('leaves a busy server alone for as long as it wants, and says what it said', async () => {
  const played = await play([{ retryAfter: '1' }, [pod('a')]], [stays]);
  const startedAt = performance.now();
  await played.tellsSoon('a');
  expect(performance.now() - startedAt).toBeGreaterThan(990);
  expect(played.told[0]).toBe(`broken: the API server answered 429 (too many requests): ${tooMany}`);
});

it('goes on after a list that never comes', async () => {
  const played = await play(['silence', [pod('a')]], [stays], { listWithinMs: 100 });
  await played.tellsSoon('a');
  expect(played.told[0]).toBe('broken: no answer within 0.1 s');
});

it.each<[string, Watched]>([
  ['never sends anything', () => undefined],
  ['falls silent after an event', (answer) => answer.write(added('b'))],
])('lists again when a watch %s, though the connection stays open', async (_how, silent) => {
  const played = await play([[pod('a')], [pod('a', 'Succeeded'), pod('c')]], [silent, stays], {
    listWithinMs: 200,
    watchForMs: 100,
  });
  await played.tellsSoon('a,c');
  expect(played.told).toContain('broken: the watch fell silent');
});

it('ends with the signal though the server never answers the watch', async () => {
  const played = await play([[pod('a')]], [() => undefined]);
  await expect.poll(() => played.asked).toEqual(['list', 'watch from 100']);
  await played.stop();
  expect(played.told).toEqual(['a']);
});

it.each<[string, Watched, string]>([
  [
    'calls each version too old',
    (answer) => answer.end(event('ERROR', { kind: 'Status', code: 410, message: 'too old resource version: 1 (2)' })),
    'broken: the API server answered 410: too old resource version: 1 (2)',
  ],
  [
    'has no room for a watch',
    (answer) => {
      refuse(answer, { retryAfter: '1' });
    },
    'broken: the API server answered 429 (too many requests): Too Many Requests',
  ],
])('is no storm of lists against a server that %s', async (_how, refused, said) => {
  const played = await play([[pod('a')]], [refused]);
  await new Promise((resolve) => setTimeout(resolve, 1600));
  await played.stop();
  expect(played.asked.filter((one) => one === 'list').length).toBeLessThan(6);
  expect(played.told[1]).toBe(said);
});

it('is no storm against a server that ends each watch at once', async () => {
  const played = await play([[pod('a')]], [(answer) => answer.end()]);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await played.stop();
  expect(played.asked.length).toBeLessThan((2 * 1000) / 75 + 2);
});

it('a deletion that happened while nobody watched is told by the next list', async () => {
  const played = await play(
    [[pod('a'), pod('b')], [pod('b')]],
    [(answer) => void answer.socket?.resetAndDestroy(), stays],
  );
  await played.tellsSoon('b');
  expect(played.told.at(-1)).toBe('b');
});

it('leaves no connection behind when it ends', async () => {
  let closed = 0;
  const played = await play(
    [[pod('a')]],
    [
      (answer) => {
        answer.write(added('b'));
        answer.on('close', () => closed++);
      },
    ],
  );
  await played.tellsSoon('a,b');
  await played.stop();
  await expect.poll(() => closed).toBe(1);
});
