import type { InsideStatus, ProviderStatus } from '../provider.js';
import type { ProfileState } from './parse.js';
import type { ProfileConfig } from './profile-config.js';
import type { ObservedSize } from '../observed-size.js';
import { type UserEntryState, observeUserEntry } from '../../kube/kubeconfig/file.js';
import type { Host } from '../../ports/host.js';
import { explainSize, type Row, type SizeVerdict, showSizes } from '../explain-size.js';
import { accessMinikube } from './access.js';
import { locatePrograms } from '../programs.js';
import type { ClusterAccess } from '../capabilities.js';
import { observeEngine } from '../../toolchain/engine/observe.js';
import { observeVerdict } from '../ownership.js';
import { lookAtProfile } from './profile.js';
import { readOwnEntry } from '../../kube/kubeconfig/entry.js';
import { clusterPaths, profileName } from '../../kube/names.js';
import { observeNodeEngine, observeSizes } from './size.js';
import { observeInside } from '../observe-inside.js';
import type { Resources } from '../../kube/resources.js';

export interface MinikubeStatus extends InsideStatus {
  readonly engine: { readonly state: string; readonly version?: string };
  readonly profile: { readonly state: ProfileState; readonly facts: ProfileConfig | undefined };
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
    readOwnEntry(clusterPaths(host.directories).kubeconfig).then((own) => observeUserEntry(host, own, profileName)),
    located.then((there) => observeSizes(host, there, signal, node)),
    early,
  ]);
  const cluster = accessMinikube(host, programs);
  const seen: MinikubeStatus = {
    engine: { state: daemon.kind, ...(daemon.kind === 'answers' ? { version: daemon.facts.serverVersion } : {}) },
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
    rows: [...showCluster(seen), ...showSize(seen, sized), ...showContents(seen)],
    next: isForeign ? 'spark-dev run sparkpi --target local needs no cluster' : 'spark-dev init --yes',
    access: seen.inside === undefined ? undefined : cluster,
  };
}

/** Also a cluster that init has not prepared yet. */
export async function reachMinikube(host: Host, signal: AbortSignal): Promise<ClusterAccess | undefined> {
  const [engine, programs] = await Promise.all([observeEngine(host, signal), locatePrograms(host, signal)]);
  const { state } = await lookAtProfile(host, programs, engine.daemon.kind === 'answers', signal);
  return state === 'running' ? accessMinikube(host, programs) : undefined;
}

function showCluster({ engine, missingTools, profile, inside }: MinikubeStatus): readonly Row[] {
  const { state, facts } = profile;
  const made =
    facts === undefined
      ? ''
      : ` (minikube on ${facts.driver}, runtime ${facts.containerRuntime}, Kubernetes ${facts.kubernetesVersion})`;
  return [
    ['docker', engine.version === undefined ? engine.state : `${engine.version}, answers`],
    ['tools', missingTools.length === 0 ? 'all present' : `missing: ${missingTools.join(', ')}`],
    ['cluster', state === 'absent' ? state : `${profileName}: ${state === 'foreign' ? takenByAnother : state}${made}`],
    ...(state === 'running' && inside === undefined ? [['kubernetes', 'does not answer'] as const] : []),
    ...(inside?.nodes ?? []).filter(({ ready }) => !ready).map(({ name }): Row => ['node', `${name}: not ready`]),
  ];
}

const takenByAnother = 'made by another SPARK_DEV_HOME; only that one can use it';

/** One line for each figure, so an odd one is easy to see. */
function showSize({ size, profile }: MinikubeStatus, { notes, comparison }: SizeVerdict): readonly Row[] {
  if (profile.state === 'absent') return [];
  const figures: readonly (readonly [string, Resources | undefined])[] = [
    ['configured', size.configured],
    ['container', size.limit],
    ['node', size.node?.allocatable],
    ['free', size.free],
    ['host', size.host],
  ];
  const known = showSizes(figures);
  if (known.length === 0) return [];
  return [['size', comparison ?? 'unknown'], ...known, ...notes.map((note): Row => ['  !', note])];
}

function showContents({ inside, userEntry }: MinikubeStatus): readonly Row[] {
  const missing = inside?.objects.missing ?? [];
  return [
    ...(missing.length === 0 ? [] : [['missing', missing.join(', ')] as const]),
    ['spark', inside?.objects.record?.['sparkImage'] ?? 'not prepared'],
    ['kubeconfig', showEntry(userEntry)],
    ...userEntry.passedOver.map(({ path, why }) => ['kubeconfig', `${path} in KUBECONFIG: ${why}`] as const),
  ];
}

function showEntry(entry: MinikubeStatus['userEntry']): string {
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
