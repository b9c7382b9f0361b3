import { rm } from 'node:fs/promises';
import { closeEntry, isOpen, withEntry, type Operation } from '../journal/journal.js';
import type { Host } from '../ports/host.js';
import { awaitOrphans } from './await-orphans.js';
import { removeFromUserKubeconfig } from '../kube/kubeconfig/file.js';
import { clusterPaths } from '../kube/names.js';
import { locatePrograms, type HostPrograms } from './programs.js';
import { requireOwnership } from './own-cluster.js';
import type { ChildRequests } from './minikube/profile.js';
import { removeProfile } from './minikube/remove-profile.js';

/** Removes the profile with all its data, and our entries in the user's kubeconfig; writes a journal entry first. */
export async function deleteCluster(
  host: Host,
  programs: HostPrograms,
  requests: ChildRequests,
): Promise<readonly string[]> {
  let edited: readonly string[] = [];
  // the network is removed last: the other objects prove that it is ours
  const network = (await requireOwnership(host, requests.signal)).ours.find(({ kind }) => kind === 'network')?.id;
  const remove = async (): Promise<void> => {
    await removeProfile(host, programs, requests);
    await rm(clusterPaths(host.directories).kubeconfig, { force: true });
    const removal = await removeFromUserKubeconfig(host);
    for (const { what, why, fix } of removal.left) host.ui.warn(`${what}: ${why ?? ''} ${fix[0] ?? ''}`);
    edited = removal.edited;
    await closeEntry(host, 'create-cluster');
    await closeEntry(host, 'resize-cluster');
  };
  await withEntry(host, 'delete-cluster', remove, network === undefined ? {} : { network });
  return edited;
}

/** Finishes a confirmed deletion that was interrupted. Docker must answer. */
export function finishDeletion(host: Host, requests: ChildRequests): Promise<boolean> {
  const said = 'An earlier `spark-dev down --delete` was interrupted; finishing it first';
  return deleteInterrupted(host, requests, 'delete-cluster', said);
}

/** Removes leftovers. A cluster whose first start was interrupted holds no data and never becomes usable, so it is removed too. */
export async function removeRuins(host: Host, requests: ChildRequests): Promise<boolean> {
  const said = 'The first start of the cluster was interrupted; deleting its remains and starting over';
  return (await finishDeletion(host, requests)) || deleteInterrupted(host, requests, 'create-cluster', said);
}

async function deleteInterrupted(
  host: Host,
  requests: ChildRequests,
  operation: Operation,
  said: string,
): Promise<boolean> {
  if (!(await isOpen(host, operation))) return false;
  await requireOwnership(host, requests.signal);
  await awaitOrphans(host, requests.signal);
  host.ui.warn(said);
  await deleteCluster(host, await locatePrograms(host, requests.signal), requests);
  return true;
}
