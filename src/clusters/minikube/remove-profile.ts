import { join } from 'node:path';
import type { Argv } from '../../ports/runner.js';
import type { Host } from '../../ports/host.js';
import { type HostPrograms, describeMinikube } from '../programs.js';
import { type ChildRequests, changeProfile } from './profile.js';
import { clusterPaths, profileName } from '../../kube/names.js';
import { requireOwnership } from '../own-cluster.js';
import { isDamaged } from './profile-config.js';
import { deleteArgv } from './argv.js';
import { removeThingsArgv } from './docker-things.js';

/** Deletes a profile with minikube, or without it if minikube is missing, cannot read the profile or would remove too much. */
export type ProfileRemoval = { readonly by: 'minikube' | 'docker'; readonly commands: readonly Argv[] };

const removedWithinMs = 5 * 60_000;

export async function planProfileRemoval(
  host: Host,
  programs: HostPrograms,
  { signal }: ChildRequests = {},
): Promise<ProfileRemoval> {
  const { minikubeHome } = clusterPaths(host.directories);
  const { ours, others } = await requireOwnership(host, signal);
  const own = (folder: string): string => join(minikubeHome, '.minikube', folder, profileName);
  // minikube removes everything with its label for this profile, also objects of another home
  if (others.length === 0 && !programs.missing.includes('minikube') && !(await isDamaged(host.directories)))
    return { by: 'minikube', commands: [deleteArgv(describeMinikube(host, programs))] };
  const removals = (['container', 'network', 'volume'] as const).flatMap((kind) => {
    const ids = ours.filter((one) => one.kind === kind).map(({ id }) => id);
    return ids.length === 0 ? [] : [removeThingsArgv(kind, ids)];
  });
  return { by: 'docker', commands: [...removals, ['rm', '-r', '-f', own('profiles'), own('machines')]] };
}

export async function removeProfile(host: Host, programs: HostPrograms, requests: ChildRequests): Promise<void> {
  const removal = await planProfileRemoval(host, programs, requests);
  const cluster = describeMinikube(host, programs);
  if (removal.by === 'minikube') return changeProfile(host, cluster, deleteArgv(cluster), requests);
  const { signal, logFile } = requests;
  const options = { signal, timeoutMs: removedWithinMs, ...(logFile === undefined ? {} : { logFile }) };
  for (const argv of removal.commands) await host.runner.run(argv, options);
}
