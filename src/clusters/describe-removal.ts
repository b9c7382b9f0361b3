import { join } from 'node:path';
import type { Directories } from '../ports/host.js';
import { recreationFolder } from './recreate/record.js';
import { clusterPaths, profileName } from '../kube/names.js';

/** Said before anything is destroyed: what goes and what stays. */
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
      `Goes: the container, network and volume ${profileName} of Docker, with every pod, claim, event log and image in the cluster`,
      `Goes: the profile below ${join(minikubeHome, '.minikube', 'profiles', profileName)}, and ${kubeconfig}`,
      `Goes: the entries ${profileName} in your kubeconfig; everything else in it stays`,
      ...(hasSaved
        ? [`Goes: what a resize that was cut short had saved in ${recreationFolder({ data: directories.data }).root}`]
        : []),
    ],
    stays: [
      `Stays: built tools and images in ${directories.data}, caches in ${directories.cache}, logs in ${directories.state}, Docker itself`,
    ],
  };
}
