import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { readOwnEntry } from './entry.js';

/** As minikube 1.38.1 writes it, with the certificates as files. */
function minikubeKubeconfig(folder: string): string {
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority: ${folder}/ca.crt
    extensions:
    - extension:
        provider: minikube.sigs.k8s.io
        version: v1.38.1
      name: cluster_info
    server: https://192.168.49.2:8443
  name: spark-dev
contexts: []
current-context: spark-dev
kind: Config
users:
- name: spark-dev
  user:
    client-certificate: ${folder}/client.crt
    client-key: ${folder}/client.key
`;
}

function writeFiles(files: Readonly<Record<string, (folder: string) => string>>): string {
  const folder = createFakeHost().directories.data;
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text(folder));
  return join(folder, 'kubeconfig');
}

describe('our own entry', () => {
  it('carries the certificates, so that it does without our files', async () => {
    const path = writeFiles({
      kubeconfig: minikubeKubeconfig,
      'ca.crt': () => 'CA',
      'client.crt': () => 'CERT',
      'client.key': () => 'KEY',
    });
    expect(await readOwnEntry(path)).toEqual({
      name: 'spark-dev',
      cluster: { 'certificate-authority-data': 'Q0E=', server: 'https://192.168.49.2:8443' },
      user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' },
      context: { cluster: 'spark-dev', namespace: 'spark', user: 'spark-dev' },
    });
  });

  it.each([
    ['no file', {}],
    ['a stopped cluster, whose entries minikube takes out', { kubeconfig: () => 'clusters: null\nusers: null\n' }],
    ['certificates that are gone', { kubeconfig: minikubeKubeconfig }],
    ['something else', { kubeconfig: () => 'a: [' }],
  ])('there is none with %s', async (_name, files) => {
    expect(await readOwnEntry(writeFiles(files))).toBeUndefined();
  });
});
