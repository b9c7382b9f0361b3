import { join } from 'node:path';
import { isOpen, type Operation } from '../journal/journal.js';
import type { Host } from '../ports/host.js';
import { clusterPaths, profileName } from '../kube/names.js';
import { isThere } from '../files/paths.js';

const operations: readonly Operation[] = ['create-cluster', 'delete-cluster', 'recreate-cluster'];

/** Also true for a stopped cluster. */
export async function isMinikubeMade(host: Host): Promise<boolean> {
  return (await isThere(clusterPaths(host.directories).kubeconfig)) || (await hasClusterState(host));
}

/** Whether this home ever started to create a cluster. It does not prove ownership of anything in Docker (see ownership.ts). */
export async function hasClusterState(host: Host): Promise<boolean> {
  const profile = join(clusterPaths(host.directories).minikubeHome, '.minikube', 'profiles', profileName);
  const signs = [isThere(profile), ...operations.map((operation) => isOpen(host, operation))];
  return (await Promise.all(signs)).includes(true);
}
