import type { Host } from '../ports/host.js';
import { readOwnEntry } from '../kube/kubeconfig/entry.js';
import { observeUserEntry, type UserEntryState } from '../kube/kubeconfig/file.js';
import {
  askKubectl,
  getObjectsArgv,
  parseObjects,
  readNodes,
  type InsideObjects,
  type NodeFigures,
} from '../kube/kubectl.js';
import type { ProfileState } from './minikube/parse.js';
import type { ProfileConfig } from './minikube/profile-config.js';
import { clusterPaths, profileName } from '../kube/names.js';
import { lookAtProfile } from './prepare/observe.js';
import { accessMinikube } from './minikube/access.js';
import { locatePrograms, type HostPrograms } from './programs.js';
import { answered, observeNodeGround, observeSizes, type ObservedSize } from './observed-size.js';

export interface ClusterStatus {
  readonly engine: { readonly state: string; readonly version?: string };
  readonly missingTools: readonly string[];
  readonly profile: { readonly state: ProfileState; readonly facts: ProfileConfig | undefined };
  /** Undefined where no cluster answers. */
  readonly inside: { readonly nodes: readonly NodeFigures[]; readonly objects: InsideObjects } | undefined;
  readonly size: ObservedSize;
  readonly userEntry: UserEntryState;
}

const answerWithinMs = 5000;

/**
 * Looks and never throws for what it finds: a broken cluster is an answer too. Where one runs, `alongside` begins what else there
 * is to ask of it.
 */
export async function observeStatus(
  host: Host,
  signal: AbortSignal,
  alongside?: () => Promise<unknown>,
): Promise<ClusterStatus> {
  const ground = observeNodeGround(host, signal);
  const located = locatePrograms(host, signal);
  const early = Promise.all([located, ground.container]).then(async ([there, container]) => {
    if (container?.state !== 'running') return undefined;
    return (await Promise.all([lookInside(host, there, signal), alongside?.()]))[0];
  });
  const [programs, daemon, profile, userEntry, size, found] = await Promise.all([
    located,
    ground.daemon,
    Promise.all([located, ground.daemon]).then(([there, { kind }]) =>
      lookAtProfile(host, there, kind === 'answers', signal, async () => (await early) !== undefined),
    ),
    readOwnEntry(clusterPaths(host.directories).kubeconfig).then((own) => observeUserEntry(host, own, profileName)),
    located.then((there) => observeSizes(host, there, signal, ground)),
    early,
  ]);
  return {
    engine: { state: daemon.kind, ...(daemon.kind === 'answers' ? { version: daemon.facts.serverVersion } : {}) },
    missingTools: programs.missing,
    profile,
    inside: profile.state === 'running' ? (found ?? (await lookInside(host, programs, signal))) : undefined,
    size,
    userEntry,
  };
}

async function lookInside(host: Host, programs: HostPrograms, signal: AbortSignal): Promise<ClusterStatus['inside']> {
  const cluster = accessMinikube(host, programs);
  const argv = getObjectsArgv(cluster, answerWithinMs);
  const asked = Promise.all([
    askKubectl({ host, cluster, signal }, argv, { timeoutMs: 2 * answerWithinMs }),
    host.kube(cluster).then((kube) => kube.listNodes()),
  ]);
  const found = await answered(signal, asked);
  return found && { objects: parseObjects(found[0]), nodes: readNodes({ items: found[1] }) };
}
