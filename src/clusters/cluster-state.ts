import { join } from 'node:path';
import { isOpen, type Operation } from '../journal/journal.js';
import type { Host } from '../ports/host.js';
import { clusterPaths, profileName } from '../kube/names.js';
import { isThere } from '../files/paths.js';

const operations: readonly Operation[] = ['create-cluster', 'delete-cluster', 'recreate-cluster'];

/** Also one that does not run now. */
export async function isMinikubeMade(host: Host): Promise<boolean> {
  return (await isThere(clusterPaths(host.directories).kubeconfig)) || (await hasClusterState(host));
}

/** Whether this home ever began a cluster. It says where to look, and proves of nothing in Docker whose it is (see ownership.ts). */
export async function hasClusterState(host: Host): Promise<boolean> {
  const profile = join(clusterPaths(host.directories).minikubeHome, '.minikube', 'profiles', profileName);
  const signs = [isThere(profile), ...operations.map((operation) => isOpen(host, operation))];
  return (await Promise.all(signs)).includes(true);
}
