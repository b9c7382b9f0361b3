import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clusterPaths } from '../../src/kube/names.js';
import type { Directories } from '../../src/ports/host.js';
import type { FakeHost } from './fake-host.js';

/** As minikube leaves it: certificates beside, and an address that they belong to. */
export function writePrivateKubeconfig({ directories }: FakeHost): void {
  const { kubeconfig, minikubeHome } = clusterPaths(directories);
  const certificates = {
    authority: authorityOf(directories),
    certificate: join(minikubeHome, '.minikube', 'client.crt'),
    key: join(minikubeHome, '.minikube', 'client.key'),
  };
  for (const [name, path] of Object.entries(certificates)) if (name !== 'authority') place(path, name);
  writeAuthority(directories);
  place(
    kubeconfig,
    JSON.stringify({
      clusters: [
        {
          name: 'spark-dev',
          cluster: { server: 'https://192.168.49.2:8443', 'certificate-authority': certificates.authority },
        },
      ],
      users: [
        { name: 'spark-dev', user: { 'client-certificate': certificates.certificate, 'client-key': certificates.key } },
      ],
    }),
  );
}

/** minikube makes one for each MINIKUBE_HOME, and keeps it. */
export function writeAuthority(directories: Directories): string {
  const path = authorityOf(directories);
  const text = `-----BEGIN CERTIFICATE-----\n${Buffer.from(directories.data).toString('base64')}\n-----END CERTIFICATE-----\n`;
  if (!existsSync(path)) place(path, text);
  return readFileSync(path, 'utf8');
}

function authorityOf(directories: Directories): string {
  return join(clusterPaths(directories).minikubeHome, '.minikube', 'ca.crt');
}

export function place(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}
