import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { isOpen, type Operation } from '../journal/journal.js';
import type { Directories, Host } from '../ports/host.js';
import { clusterPaths, profileName } from '../kube/names.js';

const operations: readonly Operation[] = ['create-cluster', 'delete-cluster', 'recreate-cluster'];

/** Whether this home ever began a cluster. It says where to look, and proves of nothing in Docker whose it is (see ownership.ts). */
export async function hasClusterState(host: Host): Promise<boolean> {
  const signs = [hasProfile(host.directories), ...operations.map((operation) => isOpen(host, operation))];
  return (await Promise.all(signs)).includes(true);
}

async function hasProfile(directories: Directories): Promise<boolean> {
  return access(join(clusterPaths(directories).minikubeHome, '.minikube', 'profiles', profileName)).then(
    () => true,
    () => false,
  );
}
