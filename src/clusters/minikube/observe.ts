import type { InsideStatus, ObservedDaemons, ProviderStatus } from '../provider.js';
import type { ObservedSize } from '../observed-size.js';
import { type UserEntryState, observeUserEntry } from '../../kube/kubeconfig/file.js';
import type { Host } from '../../ports/host.js';
import { explainSize, type Row, type SizeVerdict, showSize } from '../explain-size.js';
import { accessMinikube } from './access.js';
import { locatePrograms } from '../programs.js';
import type { ClusterAccess } from '../capabilities.js';
import { observeVerdict } from '../ownership.js';
import { lookAtProfile, observeProfile, type ObservedProfile } from './profile.js';
import { readOwnEntry } from '../../kube/kubeconfig/entry.js';
import { clusterPaths, profileName } from '../../kube/names.js';
import { observeNodeEngine, observeSizes } from './size.js';
import { describeDaemon, observeInside, showStatus } from '../observe-inside.js';

export interface MinikubeStatus extends InsideStatus {
  readonly profile: ObservedProfile;
  readonly size: ObservedSize;
  readonly userEntry: UserEntryState;
}

/** Never throws for what it finds: a broken cluster is an answer too. */
export async function observeMinikube(
  host: Host,
  signal: AbortSignal,
  alongside?: (access: ClusterAccess) => Promise<unknown>,
): Promise<ProviderStatus & { readonly seen: MinikubeStatus }> {
  const node = observeNodeEngine(host, signal);
  const located = locatePrograms(host, signal);
  const running = Promise.all([located, node.container]).then(([there, container]) =>
    container?.state === 'running' ? accessMinikube(host, there) : undefined,
  );
  const early = running.then((access) => access && observeInside(host, access, signal));
  const isUp = async (): Promise<boolean> => (await early) !== undefined;
  const verdict = observeVerdict(host, node.signal, isUp);
  // awaited below, if the engine answers
  verdict.catch(() => undefined);
  // awaited by the caller, if the cluster answers
  running.then((access) => access && alongside?.(access)).catch(() => undefined);
  const [programs, daemon, profile, userEntry, size, found] = await Promise.all([
    located,
    node.daemon,
    Promise.all([located, node.daemon]).then(([there, { kind }]) =>
      lookAtProfile(host, there, kind === 'answers', signal, { verdict, isUp }),
    ),
    readOwnEntry(clusterPaths(host.directories).kubeconfig).then((own) => observeUserEntry(host, own)),
    located.then((there) => observeSizes(host, there, signal, node)),
    early,
  ]);
  const cluster = accessMinikube(host, programs);
  const seen: MinikubeStatus = {
    engine: describeDaemon(daemon),
    missingTools: programs.missing,
    profile,
    inside: profile.state === 'running' ? (found ?? (await observeInside(host, cluster, signal))) : undefined,
    size,
    userEntry,
  };
  const sized = explainSize(size);
  // init would refuse it
  const isForeign = profile.state === 'foreign';
  return {
    seen,
    sized,
    rows: showStatus(seen, {
      cluster: showCluster(seen),
      size: showSizes(seen, sized),
      kubeconfig: showEntries(userEntry),
    }),
    next: isForeign ? 'spark-dev run sparkpi --target local needs no cluster' : 'spark-dev init --yes',
    access: seen.inside === undefined ? undefined : cluster,
  };
}

/** Also a cluster that init has not prepared yet. */
export async function reachMinikube(host: Host, signal: AbortSignal): Promise<ClusterAccess | undefined> {
  const { programs, state } = await observeProfile(host, signal);
  return state === 'running' ? accessMinikube(host, programs) : undefined;
}

/** The node has its own daemon; this machine's daemon builds the images for it. */
export async function observeMinikubeDaemons(host: Host, signal: AbortSignal): Promise<ObservedDaemons> {
  const { resolveSource } = await import('../prepare/source.js');
  const { daemon, programs, state } = await observeProfile(host, signal, await resolveSource(host));
  const dockerEnv = state === 'running' ? await accessMinikube(host, programs).dockerEnv(host, signal) : undefined;
  return {
    host: daemon.kind === 'answers' ? { place: 'host', dockerEnv: undefined } : undefined,
    cluster: dockerEnv === undefined ? undefined : { place: 'cluster', dockerEnv },
    isOneDaemon: false,
    profile: state,
  };
}

function showCluster({ profile: { state, facts }, inside }: MinikubeStatus): readonly Row[] {
  const made =
    facts === undefined
      ? ''
      : ` (minikube on ${facts.driver}, runtime ${facts.containerRuntime}, Kubernetes ${facts.kubernetesVersion})`;
  return [
    ['cluster', state === 'absent' ? state : `${profileName}: ${state === 'foreign' ? takenByAnother : state}${made}`],
    ...(state === 'running' && inside === undefined ? [['kubernetes', 'does not answer'] as const] : []),
  ];
}

const takenByAnother = 'made by another SPARK_DEV_HOME; only that one can use it';

function showSizes({ size, profile }: MinikubeStatus, sized: SizeVerdict): readonly Row[] {
  if (profile.state === 'absent') return [];
  const { configured, limit: container, node, free, host } = size;
  return showSize(sized, { configured, container, node: node?.allocatable, free, host });
}

function showEntries(entry: UserEntryState): readonly Row[] {
  return [
    ['kubeconfig', showEntry(entry)],
    ...entry.passedOver.map(({ path, why }): Row => ['kubeconfig', `${path} in KUBECONFIG: ${why}`]),
  ];
}

function showEntry(entry: UserEntryState): string {
  switch (entry.state) {
    case 'there':
      return `${entry.path} has the context ${profileName}`;
    case 'stale':
      return `${entry.path} has an old address of the cluster`;
    case 'foreign':
      return `${entry.path} has a context ${profileName} for another cluster`;
    case 'absent':
      return `${entry.path} has no context ${profileName}`;
    case 'broken':
      return entry.reason;
  }
}
