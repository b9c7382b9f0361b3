import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { V1Pod } from '@kubernetes/client-node';
import { expect, onTestFinished } from 'vitest';
import type { ApiAccess } from '../../src/adapters/ask-api.js';
import { watchPods } from '../../src/adapters/pod-watch.js';

export const pod = (name: string, phase = 'Running'): V1Pod => ({
  metadata: { name, uid: `uid-${name}` },
  status: { phase },
});
export const event = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;
export const added = (name: string, phase?: string): string => event('ADDED', pod(name, phase));

/** How the API server answers one watch. */
export type Watched = (answer: ServerResponse, request: IncomingMessage) => void;

export interface Played {
  /** `list` and `watch from VERSION`, in the order of arrival. */
  readonly asked: readonly string[];
  /** The names that each change told, and each break by its words. */
  readonly told: readonly string[];
  readonly tellsSoon: (what: string | RegExp) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A refusal with Retry-After, as the API server's own limiter words it. */
interface Busy {
  readonly retryAfter: string;
}
export const tooMany = 'the server has received too many requests and has asked us to try again later';
export const refuse = (answer: ServerResponse, { retryAfter }: Busy): void => {
  const status = { kind: 'Status', status: 'Failure', code: 429, reason: 'TooManyRequests', message: tooMany };
  answer.writeHead(429, { 'Content-Type': 'application/json', 'Retry-After': retryAfter }).end(JSON.stringify(status));
};

/** The API server's part in a watch: each list is the next of `lists`, each watch the next of `watches`; the last ones stay. */
export async function play(
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
  const api: ApiAccess = {
    server: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    options: () => Promise.resolve({}),
  };
  const controller = new AbortController();
  const ended = watchPods(
    { api, listWithinMs, watchForMs },
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
  onTestFinished(stop);
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
