import { join } from 'node:path';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { isDamaged } from './damaged-profile.js';
import { deleteArgv, listOwnedArgv, removeOwnedArgv, type OwnedKind } from './minikube/argv.js';
import { deleteProfile, type ChildWishes } from './minikube/provider.js';
import { clusterPlaces, profileName } from './names.js';
import { describeMinikube, type HostPrograms } from './programs.js';

/** How a profile goes: by minikube, or without it where it is missing or cannot read the profile. */
export type ProfileRemoval = { readonly by: 'minikube' | 'docker'; readonly commands: readonly Argv[] };

const answerWithinMs = 30_000;
const removedWithinMs = 5 * 60_000;

export async function planProfileRemoval(
  host: Host,
  programs: HostPrograms,
  { signal }: ChildWishes = {},
): Promise<ProfileRemoval> {
  const { minikubeHome } = clusterPlaces(host.directories);
  const own = (folder: string): string => join(minikubeHome, '.minikube', folder, profileName);
  if (!programs.missing.includes('minikube') && !(await isDamaged(host.directories)))
    return { by: 'minikube', commands: [deleteArgv(describeMinikube(host, programs))] };
  const removals: Argv[] = [];
  for (const kind of ['container', 'volume', 'network'] as const) {
    const names = await listOwned(host, kind, signal);
    if (names.length > 0) removals.push(removeOwnedArgv(kind, names));
  }
  return { by: 'docker', commands: [...removals, ['rm', '-r', '-f', own('profiles'), own('machines')]] };
}

export async function removeProfile(host: Host, programs: HostPrograms, wishes: ChildWishes): Promise<void> {
  const removal = await planProfileRemoval(host, programs, wishes);
  if (removal.by === 'minikube') return deleteProfile(host, describeMinikube(host, programs), wishes);
  const { signal, logFile } = wishes;
  const options = { signal, timeoutMs: removedWithinMs, ...(logFile === undefined ? {} : { logFile }) };
  for (const argv of removal.commands) await host.runner.run(argv, options);
}

async function listOwned(host: Host, kind: OwnedKind, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const argv = listOwnedArgv(kind, { profile: profileName });
  const { stdout } = await host.runner.run(argv, { signal, timeoutMs: answerWithinMs });
  return stdout.split('\n').filter((name) => name !== '');
}
