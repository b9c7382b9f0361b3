import type { Host } from '../ports/host.js';
import { readOwnEntry } from '../kube/kubeconfig/entry.js';
import { observeUserEntry, type UserEntryState } from '../kube/kubeconfig/file.js';
import { getObjectsArgv, parseObjects, type InsideObjects, type NodeFigures, readNodes } from '../kube/kubectl.js';
import type { ProfileState } from './minikube/parse.js';
import type { ProfileConfig } from './minikube/profile-config.js';
import { clusterPaths, profileName } from '../kube/names.js';
import { lookAtProfile } from './prepare/observe.js';
import { describeKubectl, describeMinikube, locatePrograms, type HostPrograms } from './programs.js';
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
  const programs = await locatePrograms(host, signal);
  const running = ground.container.then((container) => container?.state === 'running');
  const early = running.then((runs) => (runs ? lookInside(host, programs, signal) : undefined));
  const [daemon, profile, userEntry, size, found] = await Promise.all([
    ground.daemon,
    ground.daemon.then(({ kind }) =>
      lookAtProfile(host, programs, kind === 'answers', signal, async () => (await early) !== undefined),
    ),
    readOwnEntry(clusterPaths(host.directories).kubeconfig).then((own) => observeUserEntry(host, own, profileName)),
    observeSizes(host, programs, signal, ground),
    early,
    running.then((runs) => (runs ? alongside?.() : undefined)),
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
  const tool = describeKubectl(host, programs);
  const options = { env: describeMinikube(host, programs).env, signal, timeoutMs: 2 * answerWithinMs };
  const asked = Promise.all([
    host.kube(tool).then((kube) => kube.listNodes()),
    host.runner.run(getObjectsArgv(tool, answerWithinMs), options),
  ]);
  const found = await answered(signal, asked);
  if (found === undefined) return undefined;
  const [items, objects] = found;
  return { nodes: readNodes({ items }), objects: parseObjects(objects.stdout) };
}
