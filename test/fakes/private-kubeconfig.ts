import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clusterPlaces } from '../../src/cluster/names.js';
import type { FakeHost } from './fake-host.js';

/** As minikube leaves it: certificates beside, and an address that they belong to. */
export function writePrivateKubeconfig({ directories }: FakeHost): void {
  const { kubeconfig, minikubeHome } = clusterPlaces(directories);
  const certificates = {
    authority: join(minikubeHome, 'ca.crt'),
    certificate: join(minikubeHome, 'client.crt'),
    key: join(minikubeHome, 'client.key'),
  };
  for (const [name, path] of Object.entries(certificates)) place(path, name);
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

export function place(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}
