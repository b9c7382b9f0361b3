import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOwnEntry } from '../../src/kube/kubeconfig/entry.js';
import { clusterPaths } from '../../src/kube/names.js';
import type { ClusterTools } from './cluster-tools.js';

export interface StandIn {
  /** In which spark-dev takes the real minikube for Docker Desktop's Kubernetes. */
  readonly env: Readonly<Record<string, string>>;
  readonly kubeconfig: string;
  remove(): Promise<void>;
}

/**
 * None of our machines has Docker Desktop. To spark-dev and Skaffold it is a context of that name on a local server, and a
 * Docker in the environment that is the cluster's own: the real cluster's entry under that name, and its node's daemon.
 */
export async function makeStandIn({ host, cluster }: ClusterTools): Promise<StandIn> {
  const root = await mkdtemp(join(tmpdir(), 'spark-dev-stand-in-'));
  const home = join(root, 'home');
  // what is built and fetched is the same, and stays the product's
  const { data, cache } = host.directories;
  for (const [from, to] of [[data, 'data'] as const, [cache, 'cache'] as const]) {
    await mkdir(join(home, to), { recursive: true });
    const shared = (await readdir(from)).filter((name) =>
      ['tools', 'images', 'spark', 'jars', 'jre', 'class-archives'].includes(name),
    );
    for (const name of shared) await symlink(join(from, name), join(home, to, name));
  }
  const entry = await readOwnEntry(clusterPaths(host.directories).kubeconfig);
  if (entry === undefined) throw new Error('the cluster has no kubeconfig');
  const name = 'docker-desktop';
  const kubeconfig = join(root, 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: entry.cluster }],
    users: [{ name, user: entry.user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  const { MINIKUBE_ACTIVE_DOCKERD: _, ...daemon } = await cluster.dockerEnv(host);
  return {
    kubeconfig,
    env: { ...daemon, SPARK_DEV_HOME: home, KUBECONFIG: kubeconfig },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
