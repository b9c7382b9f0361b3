import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { KubeTarget } from '../ports/kube.js';
import { openApi } from './api-access.js';
import * as clientNode from './client-node.js';
import { connectKube } from './kube-connection.js';

vi.mock('./client-node.js', { spy: true });

const folder = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));

function kubeconfigOf(cluster: object, user: object): KubeTarget {
  const kubeconfig = join(mkdtempSync(join(folder, 'k')), 'config');
  const contexts = [{ name: 'c', context: { cluster: 'c', user: 'u' } }];
  writeFileSync(
    kubeconfig,
    JSON.stringify({ clusters: [{ name: 'c', cluster }], users: [{ name: 'u', user }], contexts }),
  );
  return { kubeconfig, context: 'c' };
}

it.each([
  ['with extensions, as minikube writes it', { extensions: [] }],
  ['without, as kind and Docker Desktop write it', {}],
])('reads certificates without client-node: a cluster %s', async (_how, more) => {
  vi.mocked(clientNode.readAccess).mockClear();
  const server = 'https://127.0.0.1:6443';
  const ca = Buffer.from('ca').toString('base64');
  const api = await openApi(kubeconfigOf({ server, 'certificate-authority-data': ca, ...more }, {}));
  expect(clientNode.readAccess).not.toHaveBeenCalled();
  expect(await api.options()).toMatchObject({ ca: Buffer.from('ca'), rejectUnauthorized: true });
});

it('reads the file where the data is empty, like kubectl', async () => {
  writeFileSync(join(folder, 'ca.crt'), 'ca');
  const cluster = { server: 'https://127.0.0.1:6443', 'certificate-authority': join(folder, 'ca.crt') };
  const api = await openApi(kubeconfigOf({ ...cluster, 'certificate-authority-data': '', extensions: [] }, {}));
  expect(await api.options()).toMatchObject({ ca: Buffer.from('ca') });
});

it.each([
  ['certificates', {}],
  ['a token', { token: 't' }],
])('asks a server behind a path, as Rancher has it, with %s', async (_with, user) => {
  const asked: string[] = [];
  const server = createServer((request, answer) => {
    asked.push(request.url ?? '');
    answer.setHeader('Content-Type', 'application/json').end('{"items":[]}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/k8s/clusters/c-1`;
  const cluster = { server: url, 'insecure-skip-tls-verify': true, extensions: [] };
  await (await connectKube(kubeconfigOf(cluster, user))).listNodes();
  expect(asked).toEqual(['/k8s/clusters/c-1/api/v1/nodes']);
});

it('asks a credential plugin once for many forwarded connections', async () => {
  const log = join(folder, 'asked');
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 't', expirationTimestamp: '2999-01-01T00:00:00Z' },
  };
  const args = ['-c', `echo asked >> "$0"; echo '${JSON.stringify(credential)}'`, log];
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args, interactiveMode: 'Never' };
  const kube = await connectKube(kubeconfigOf({ server: 'https://127.0.0.1:1' }, { exec }));
  for (let connection = 0; connection < 3; connection++)
    await kube.connect({ namespace: 'spark', pod: 'driver', port: 4040 }, new PassThrough()).catch(() => undefined);
  expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(1);
});
