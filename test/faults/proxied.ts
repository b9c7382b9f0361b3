import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startApiProxy, type ApiProxy } from './api-proxy.js';
import { defaultEnv, defaultPlace, onCluster, type Cluster } from './cluster.js';

/** The real cluster, reached through a proxy that answers what a rule says. */
export interface Proxied extends Cluster {
  readonly proxy: ApiProxy;
  /** The program's own kubeconfig. */
  readonly kubeconfig: string;
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority': string };
  }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate': string; readonly 'client-key': string };
  }[];
}

/** The data folder is the default home's, by links, but for the kubeconfig: that leads to the proxy, with a token. */
export const createProxied = (namespace: () => string) => async (): Promise<Proxied> => {
  const root = mkdtempSync(join(tmpdir(), 'faults-proxied-'));
  const data = join(root, 'spark-dev');
  const minikube = join('minikube', '.minikube');
  linkAll(defaultPlace.data, data, ['.spark-dev', 'kubeconfig', 'minikube']);
  // an empty mark: a home of its own
  writeFileSync(join(data, '.spark-dev'), '');
  linkAll(join(defaultPlace.data, 'minikube'), join(data, 'minikube'), ['.minikube']);
  linkAll(join(defaultPlace.data, minikube), join(data, minikube), []);
  const real = parse(readFileSync(join(defaultPlace.data, 'kubeconfig'), 'utf8')) as Kubeconfig;
  const [cluster, user] = [real.clusters[0]?.cluster, real.users[0]?.user];
  if (cluster === undefined || user === undefined) throw new Error('the default home has no cluster');
  const proxy = await startApiProxy(root, {
    server: cluster.server,
    ca: readFileSync(cluster['certificate-authority']),
    cert: readFileSync(user['client-certificate']),
    key: readFileSync(user['client-key']),
  });
  const ground = await onCluster(namespace(), {
    home: defaultPlace.state,
    env: { ...defaultEnv, XDG_DATA_HOME: root },
    journal: join(data, 'journal'),
    folders: [defaultPlace.state],
  });
  const kubeconfig = join(data, 'kubeconfig');
  // Skaffold knows minikube by where the authority of a kubeconfig lies
  const authority = join(data, minikube, 'proxy.crt');
  writeFileSync(authority, proxy.certificate);
  writeFileSync(kubeconfig, render(proxy, authority, ground.secret), { mode: 0o600 });
  ground.closers.push(() => {
    proxy.stop();
    rmSync(root, { recursive: true, force: true });
  });
  const heal = ground.shims.heal.bind(ground.shims);
  return Object.assign(ground, {
    proxy,
    kubeconfig,
    shims: Object.assign(ground.shims, {
      heal() {
        heal();
        proxy.heal();
      },
    }),
  });
};

function linkAll(from: string, to: string, but: readonly string[]): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) if (!but.includes(name)) symlinkSync(join(from, name), join(to, name));
}

/** The token is the secret that no argv, log or file of state may show. */
function render({ port }: ApiProxy, authority: string, token: string): string {
  const server = `https://127.0.0.1:${String(port)}`;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': '',
    clusters: [{ name: 'spark-dev', cluster: { server, 'certificate-authority': authority } }],
    users: [{ name: 'spark-dev', user: { token } }],
    contexts: [{ name: 'spark-dev', context: { cluster: 'spark-dev', user: 'spark-dev' } }],
  });
}
