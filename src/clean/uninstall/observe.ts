import { hasClusterState } from '../../clusters/cluster-state.js';
import { observeUserEntry } from '../../kube/kubeconfig/file.js';
import { profileName } from '../../kube/names.js';
import { findOriginal, proveOwnership, type Ownership } from '../../clusters/ownership.js';
import { locatePrograms, type HostPrograms } from '../../clusters/programs.js';
import type { Host } from '../../ports/host.js';
import { listStoredRecipes } from '../../images/prune.js';
import { observeEngine, type EngineObservation } from '../../toolchain/engine/observe.js';
import { listRuns, measureFolders, type MeasuredFolder } from '../folders.js';
import { findOrphans, type Orphan } from '../orphans.js';
import { observeDesktopThings, type InstalledDesktop } from './desktop-things.js';
import { findOwnDaemon, listOtherContainers, type OwnDaemon } from './docker-things.js';
import { listOwnTags, listStages } from './images.js';
import { listInstalledPackages } from './packages.js';
import { hasImageFiles, listOwnPaths } from './paths.js';
import { readHomeId } from '../../config/home-marker.js';
import { requireOwnership } from '../../clusters/own-cluster.js';
import { type ProfileRemoval, planProfileRemoval } from '../../clusters/minikube/remove-profile.js';

export interface ObservedDocker {
  /** The cluster's container, network and volume, and similar ones that are not this home's. */
  readonly ownership: Ownership;
  readonly tags: readonly string[];
  readonly stages: readonly string[];
  /** Running containers of others. */
  readonly foreignContainers: readonly string[];
}

/** Everything that spark-dev made on this machine, as far as it can be seen. */
export interface ObservedMachine {
  readonly engine: EngineObservation;
  /** Undefined if no Docker answers. */
  readonly docker: ObservedDocker | undefined;
  /** Docker held something that is ours when it last answered. */
  readonly dockerMayHold: boolean;
  /** Undefined if there is none to remove. */
  readonly cluster: (ProfileRemoval & { readonly programs: HostPrograms }) | undefined;
  /** What init prepared in a Kubernetes that it did not create. */
  readonly desktop: InstalledDesktop;
  /** The id of this home, which is removed with its folders. */
  readonly home: string | undefined;
  readonly ownDaemon: OwnDaemon | undefined;
  /** The user's file with our entries. */
  readonly kubeconfig: string | undefined;
  /** A user's file in which another cluster has the name. */
  readonly foreignEntry: string | undefined;
  /** Why this is unknown. */
  readonly kubeconfigTrouble: string | undefined;
  readonly orphans: readonly Orphan[];
  readonly liveRuns: readonly string[];
  readonly folders: readonly MeasuredFolder[];
  readonly foreignFolders: readonly string[];
  /** Another home marked them. */
  readonly foldersOfOthers: readonly string[];
  readonly packages: readonly string[];
}

/** Throws IN_USE if this home has a record of a cluster but Docker holds another home's; `force` ignores that one. */
export async function observeInstallation(
  host: Host,
  signal: AbortSignal,
  { force }: { readonly force: boolean },
): Promise<ObservedMachine> {
  const [engine, places, hasCluster, hasImages] = await Promise.all([
    observeEngine(host, signal),
    listOwnPaths(host.directories),
    // minikube is not asked: even for its version it would recreate its home
    hasClusterState(host),
    hasImageFiles(host.directories),
  ]);
  const answers = engine.daemon.kind === 'answers';
  if (answers && hasCluster && !force) await requireOwnership(host, signal);
  const desktop = await observeDesktopThings(host, signal);
  const docker = answers ? await observeDocker(host, desktop, signal) : undefined;
  const [cluster, ownDaemon, entry, orphans, runs, folders, packages] = await Promise.all([
    docker === undefined ? undefined : observeOwnCluster(host, docker.ownership, hasCluster, signal),
    findOwnDaemon(host),
    observeUserEntry(host, undefined, profileName),
    findOrphans(host),
    listRuns(host),
    measureFolders(host, places.own),
    listInstalledPackages(host),
  ]);
  const home = await readHomeId(host.directories);
  const isOriginal = await provesOriginal(host, docker, hasCluster || hasImages);
  const hasEntry = entry.state === 'there' || entry.state === 'stale';
  return {
    engine,
    docker,
    dockerMayHold: hasCluster || hasImages,
    cluster,
    desktop,
    home,
    ownDaemon,
    kubeconfig: hasEntry && isOriginal ? entry.path : undefined,
    foreignEntry: entry.state === 'foreign' || (hasEntry && !isOriginal) ? entry.path : undefined,
    kubeconfigTrouble: entry.state === 'broken' ? entry.reason : undefined,
    orphans,
    liveRuns: runs.filter(({ isLive }) => isLive).map(({ runId }) => runId),
    folders,
    foreignFolders: places.foreign,
    foldersOfOthers: places.ofOthers,
    packages,
  };
}

/** A copy of a home trusts the same authority; only Docker tells which of the two made the cluster. */
async function provesOriginal(host: Host, docker: ObservedDocker | undefined, mayHold: boolean): Promise<boolean> {
  if (docker === undefined) return !mayHold;
  if (docker.ownership.verdict === 'foreign' && (await findOriginal(host)) !== undefined) return false;
  const own = await readHomeId(host.directories);
  return !docker.ownership.others.some(({ home }) => home !== undefined && home === own);
}

async function observeOwnCluster(
  host: Host,
  { verdict, ours }: Ownership,
  hasRecord: boolean,
  signal: AbortSignal,
): Promise<ObservedMachine['cluster']> {
  if (verdict === 'foreign' || (ours.length === 0 && !hasRecord)) return undefined;
  const programs = await locatePrograms(host, signal);
  return { programs, ...(await planProfileRemoval(host, programs, { signal })) };
}

async function observeDocker(host: Host, desktop: InstalledDesktop, signal: AbortSignal): Promise<ObservedDocker> {
  const ownership = await proveOwnership(host, signal);
  // the node, the builds and the runs of another home need the images that both have
  const isShared = ownership.verdict === 'foreign' || (typeof desktop === 'object' && desktop.others.length > 0);
  const recipes = isShared ? new Set<string>() : await listStoredRecipes(host);
  const [tags, stages, foreignContainers] = await Promise.all([
    recipes.size > 0 ? listOwnTags(host, recipes, signal) : [],
    recipes.size > 0 ? listStages(host, signal) : [],
    listOtherContainers(
      host,
      ownership.ours.map(({ name }) => name),
      signal,
    ),
  ]);
  return { ownership, tags, stages, foreignContainers };
}
