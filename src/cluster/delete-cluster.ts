import { rm } from 'node:fs/promises';
import { closeEntry, isOpen, withEntry } from '../journal/journal.js';
import type { Host } from '../ports/host.js';
import { awaitOrphans } from './await-orphans.js';
import { removeFromUserKubeconfig } from './kubeconfig/file.js';
import type { ChildWishes } from './minikube/provider.js';
import { clusterPlaces, profileName } from './names.js';
import { locatePrograms, type HostPrograms } from './programs.js';
import { requireOwnCluster } from './ownership.js';
import { removeProfile } from './remove-profile.js';

/** Removes the profile with all its data and our entries in the user's kubeconfig; the journal says so before. */
export async function deleteCluster(
  host: Host,
  programs: HostPrograms,
  wishes: ChildWishes,
): Promise<readonly string[]> {
  let edited: readonly string[] = [];
  // the network goes after what proves it
  const network = (await requireOwnCluster(host, wishes.signal)).ours.find(({ kind }) => kind === 'network')?.id;
  const remove = async (): Promise<void> => {
    await removeProfile(host, programs, wishes);
    await rm(clusterPlaces(host.directories).kubeconfig, { force: true });
    const removal = await removeFromUserKubeconfig(host, profileName);
    for (const { what, why, fix } of removal.left) host.ui.warn(`${what}: ${why ?? ''} ${fix[0] ?? ''}`);
    edited = removal.edited;
    await closeEntry(host, 'create-cluster');
    await closeEntry(host, 'resize-cluster');
  };
  await withEntry(host, 'delete-cluster', remove, network === undefined ? {} : { network });
  return edited;
}

/** A deletion that was agreed to and cut short is brought to its end. Docker must answer, as for all that deletes. */
export async function finishDeletion(host: Host, wishes: ChildWishes): Promise<boolean> {
  if (!(await isOpen(host, 'delete-cluster'))) return false;
  await requireOwnCluster(host, wishes.signal);
  await awaitOrphans(host, wishes.signal);
  host.ui.warn('An earlier `spark-dev down --delete` was cut short; it is brought to its end first');
  await deleteWhatIsLeft(host, wishes);
  return true;
}

/** Nothing is built on ruins. A cluster whose first start was cut short holds nothing yet and never becomes whole, so it goes too. */
export async function removeRuins(host: Host, wishes: ChildWishes): Promise<boolean> {
  if (await finishDeletion(host, wishes)) return true;
  if (!(await isOpen(host, 'create-cluster'))) return false;
  await requireOwnCluster(host, wishes.signal);
  await awaitOrphans(host, wishes.signal);
  host.ui.warn('The first start of the cluster was cut short; what it left is removed and made anew');
  await deleteWhatIsLeft(host, wishes);
  return true;
}

async function deleteWhatIsLeft(host: Host, wishes: ChildWishes): Promise<void> {
  await deleteCluster(host, await locatePrograms(host, wishes.signal), wishes);
}
