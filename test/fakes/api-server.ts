import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeTarget } from '../../src/ports/kube.js';

export interface Asked {
  readonly path: string;
  readonly watch: boolean;
  /** From when on a log is asked for. */
  readonly since: string | null;
}

export interface ApiServer {
  readonly target: KubeTarget;
  readonly asked: readonly Asked[];
  stop(): void;
}

/** A local server that speaks of the Kubernetes API what a test needs, and a kubeconfig that leads to it. */
export async function startApiServer(answer: (asked: Asked, answer: ServerResponse) => void): Promise<ApiServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const one = { path, watch: searchParams.has('watch'), since: searchParams.get('sinceTime') };
    asked.push(one);
    response.setHeader('Content-Type', 'application/json');
    answer(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const cluster = {
    server: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    'insecure-skip-tls-verify': true,
  };
  const config = {
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'spark-dev', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  return {
    target: { kubeconfig, context: 'spark-dev' },
    asked,
    stop() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const tooMany = 'the server has received too many requests and has asked us to try again later';

/** As the API server's own limiter answers. */
export function refuseAsBusy(answer: ServerResponse, retryAfter = '0'): void {
  answer.writeHead(429, { 'Retry-After': retryAfter }).end(showStatus(429, 'TooManyRequests', tooMany));
}

export function showStatus(code: number, reason: string, message: string): string {
  return JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message });
}

export function showPods(items: readonly unknown[], resourceVersion = '100'): string {
  return JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion }, items });
}
