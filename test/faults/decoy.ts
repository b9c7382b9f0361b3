import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Somebody's production cluster, in the kubeconfig that kubectl would take: nothing may ever knock there. */
export interface Decoy {
  readonly kubeconfig: string;
  /** How often something connected. */
  knocks(): number;
  stop(): void;
}

export async function startDecoy(home: string, secret: string): Promise<Decoy> {
  let knocked = 0;
  const server = createServer((socket) => {
    knocked++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(home, '.kube', 'config');
  mkdirSync(join(home, '.kube'), { recursive: true });
  writeFileSync(kubeconfig, render(port, secret), { mode: 0o640 });
  return { kubeconfig, knocks: () => knocked, stop: () => void server.close() };
}

/** With a comment, quotes and an order that no serializer would keep. */
function render(port: number, secret: string): string {
  return `# mine, by hand
current-context:   "prod"
kind: Config
apiVersion: v1
users:
- user: {token: "${secret}"}   # of the team
  name: 'admin@prod'
clusters:
- name: prod
  cluster:
    server: https://127.0.0.1:${String(port)}
    insecure-skip-tls-verify: true
contexts:
- {name: prod, context: {cluster: prod, user: admin@prod, namespace: live}}
preferences: {}
`;
}
