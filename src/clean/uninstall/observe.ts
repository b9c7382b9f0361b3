import { observeUserEntry } from '../../cluster/kubeconfig/file.js';
import type { MinikubeCluster } from '../../cluster/minikube/provider.js';
import { profileName } from '../../cluster/names.js';
import { describeMinikube, locatePrograms, type HostPrograms } from '../../cluster/programs.js';
import { readUnfinishedIntent } from '../../journal/intent.js';
import type { Host } from '../../ports/host.js';
import { observeEngine, type EngineObservation } from '../../toolchain/engine/observe.js';
import { listRuns, measureFolders, runsFolder, type MeasuredFolder } from '../folders.js';
import { findOrphans, type Orphan } from '../orphans.js';
import {
  findOwnDaemon,
  listClusterThings,
  listForeignContainers,
  type DockerThing,
  type OwnDaemon,
} from './docker-things.js';
import { listOwnTags, listStages } from './images.js';
import { listInstalledPackages } from './packages.js';
import { hasImageFiles, hasProfile, listPlaces } from './places.js';

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
  /** Undefined where no cluster has to be asked about. */
  readonly programs: HostPrograms | undefined;
  /** Undefined where no Docker answers. */
  readonly docker: SeenDocker | undefined;
  /** Docker held something of ours when it was last heard of. */
  readonly dockerMayHold: boolean;
  readonly hasCluster: boolean;
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
  const [engine, places, unfinished] = await Promise.all([
    observeEngine(host, signal),
    listPlaces(host.directories),
    readUnfinishedIntent(host),
  ]);
  const answers = engine.daemon.kind === 'answers';
  const hasCluster = unfinished !== undefined || (await hasProfile(host.directories));
  // only to ask its version, minikube would make its home again
  const programs = hasCluster ? await locatePrograms(host, signal) : undefined;
  const [docker, ownDaemon, entry, orphans, runs, folders, packages] = await Promise.all([
    answers ? observeDocker(host, hasCluster, signal) : undefined,
    findOwnDaemon(host),
    observeUserEntry(host, undefined, profileName),
    findOrphans(host, runsFolder(host)),
    listRuns(host),
    measureFolders(host, places.own),
    listInstalledPackages(host),
  ]);
  return {
    engine,
    programs,
    docker,
    dockerMayHold: hasCluster || (await hasImageFiles(host.directories)),
    hasCluster,
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

async function observeDocker(host: Host, hasCluster: boolean, signal: AbortSignal): Promise<SeenDocker> {
  const [things, tags, stages, foreignContainers] = await Promise.all([
    listClusterThings(host, hasCluster, signal),
    listOwnTags(host, signal),
    listStages(host, signal),
    listForeignContainers(host, signal),
  ]);
  return { things, tags, stages, foreignContainers };
}

/** Undefined where the minikube that made the cluster is gone, or there is no cluster. */
export function describeOwnMinikube(host: Host, programs: SeenMachine['programs']): MinikubeCluster | undefined {
  return programs === undefined || programs.missing.includes('minikube') ? undefined : describeMinikube(host, programs);
}
