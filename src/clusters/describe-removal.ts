import { join } from 'node:path';
import type { Directories } from '../ports/host.js';
import { recreationFolder } from './recreate/record.js';
import { clusterPaths, profileName } from '../kube/names.js';

/** Printed before anything is deleted. */
export function removalOf(
  { directories }: { readonly directories: Directories },
  hasSaved = false,
): {
  readonly goes: readonly string[];
  readonly stays: readonly string[];
} {
  const { minikubeHome, kubeconfig } = clusterPaths(directories);
  return {
    goes: [
      `Remove: the container, network and volume ${profileName} of Docker, with every pod, claim, event log and image in the cluster`,
      `Remove: the profile below ${join(minikubeHome, '.minikube', 'profiles', profileName)}, and ${kubeconfig}`,
      `Remove: the entries ${profileName} in your kubeconfig; everything else in it is kept`,
      ...(hasSaved
        ? [`Remove: data that an interrupted resize saved in ${recreationFolder({ data: directories.data }).root}`]
        : []),
    ],
    stays: [
      `Keep:  built tools and images in ${directories.data}, caches in ${directories.cache}, logs in ${directories.state}, Docker itself`,
    ],
  };
}
