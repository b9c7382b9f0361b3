import { mayHaveCluster } from '../../cluster/foreign-cluster.js';
import { observeUserEntry } from '../../cluster/kubeconfig/file.js';
import { profileName } from '../../cluster/names.js';
import { locatePrograms, type HostPrograms } from '../../cluster/programs.js';
import { planProfileRemoval, type ProfileRemoval } from '../../cluster/remove-profile.js';
import type { Host } from '../../ports/host.js';
import { observeEngine, type EngineObservation } from '../../toolchain/engine/observe.js';
import { listRuns, measureFolders, runsFolder, type MeasuredFolder } from '../folders.js';
import { findOrphans, type Orphan } from '../orphans.js';
import { observeDesktopThings, type SeenDesktop } from './desktop-things.js';
import {
  findOwnDaemon,
  listClusterThings,
  listForeignContainers,
  type DockerThing,
  type OwnDaemon,
} from './docker-things.js';
import { listOwnTags, listStages } from './images.js';
import { listInstalledPackages } from './packages.js';
import { hasImageFiles, listPlaces } from './places.js';

/** What Docker holds of ours. */
export interface SeenDocker {
  readonly things: readonly DockerThing[];
  readonly tags: readonly string[];
  readonly stages: readonly string[];
  /** Running, and somebody else's. */
  readonly foreignContainers: readonly string[];
}

/** All that spark-dev ever made on this machine, as far as it can be seen. */
export interface SeenMachine {
  readonly engine: EngineObservation;
  /** Undefined where no Docker answers. */
  readonly docker: SeenDocker | undefined;
  /** Docker held something of ours when it was last heard of. */
  readonly dockerMayHold: boolean;
  /** Undefined where there is none that can be removed. */
  readonly cluster: (ProfileRemoval & { readonly programs: HostPrograms }) | undefined;
  /** What lies in a Kubernetes that is not ours. */
  readonly desktop: SeenDesktop;
  readonly ownDaemon: OwnDaemon | undefined;
  /** The user's file that holds our entries. */
  readonly kubeconfig: string | undefined;
  /** Why nobody can tell. */
  readonly kubeconfigTrouble: string | undefined;
  readonly orphans: readonly Orphan[];
  readonly liveRuns: readonly string[];
  readonly folders: readonly MeasuredFolder[];
  readonly foreignFolders: readonly string[];
  readonly packages: readonly string[];
}

export async function observeMachine(host: Host, signal: AbortSignal): Promise<SeenMachine> {
  const [engine, places, hasCluster, hasImages] = await Promise.all([
    observeEngine(host, signal),
    listPlaces(host.directories),
    // not asked of minikube: only to tell its version, that would make its home again
    mayHaveCluster(host),
    hasImageFiles(host.directories),
  ]);
  const has = { cluster: hasCluster, images: hasImages };
  const docker = engine.daemon.kind === 'answers' ? await observeDocker(host, has, signal) : undefined;
  const [cluster, desktop, ownDaemon, entry, orphans, runs, folders, packages] = await Promise.all([
    docker !== undefined && hasCluster ? observeOwnCluster(host, signal) : undefined,
    observeDesktopThings(host, signal),
    findOwnDaemon(host),
    observeUserEntry(host, undefined, profileName),
    findOrphans(host, runsFolder(host)),
    listRuns(host),
    measureFolders(host, places.own),
    listInstalledPackages(host),
  ]);
  return {
    engine,
    docker,
    dockerMayHold: hasCluster || hasImages,
    cluster,
    desktop,
    ownDaemon,
    kubeconfig: entry.state === 'there' || entry.state === 'stale' ? entry.path : undefined,
    kubeconfigTrouble: entry.state === 'broken' ? entry.reason : undefined,
    orphans,
    liveRuns: runs.filter(({ isLive }) => isLive).map(({ runId }) => runId),
    folders,
    foreignFolders: places.foreign,
    packages,
  };
}

async function observeOwnCluster(host: Host, signal: AbortSignal): Promise<SeenMachine['cluster']> {
  const programs = await locatePrograms(host, signal);
  return { programs, ...(await planProfileRemoval(host, programs, { signal })) };
}

/** Where this home never made any, what Docker holds belongs to another SPARK_DEV_HOME. */
async function observeDocker(
  host: Host,
  has: { readonly cluster: boolean; readonly images: boolean },
  signal: AbortSignal,
): Promise<SeenDocker> {
  const mayHoldImages = has.cluster || has.images;
  const [things, tags, stages, foreignContainers] = await Promise.all([
    has.cluster ? listClusterThings(host, signal) : [],
    mayHoldImages ? listOwnTags(host, signal) : [],
    mayHoldImages ? listStages(host, signal) : [],
    listForeignContainers(host, signal),
  ]);
  return { things, tags, stages, foreignContainers };
}
