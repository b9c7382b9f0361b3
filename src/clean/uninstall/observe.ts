import { hasClusterState } from '../../clusters/cluster-state.js';
import { observeUserEntry, type UserEntryState } from '../../kube/kubeconfig/file.js';
import { findOriginal, proveOwnership, type Ownership } from '../../clusters/ownership.js';
import { locatePrograms, type HostPrograms } from '../../clusters/programs.js';
import type { Host } from '../../ports/host.js';
import { listStoredRecipes } from '../../images/prune.js';
import { observeEngine, type EngineObservation } from '../../toolchain/engine/observe.js';
import { listRuns, measureFolders, type MeasuredFolder } from '../folders.js';
import { findOrphans, type Orphan } from '../orphans.js';
import {
  findOwnDaemon,
  listOtherContainers,
  type OwnDaemon,
  listStages,
  listTags,
  ownTagsOf,
  applicationTagsOf,
} from './docker-things.js';
import { hasImageFiles, listOwnPaths, type HomePaths } from './paths.js';
import { readHomeId } from '../../config/home-marker.js';
import { requireOwnership } from '../../clusters/own-cluster.js';
import { kubectl, type KubectlTool } from '../../kube/kubectl.js';
import { homeLabel } from '../../kube/labels.js';
import { jobNamespace } from '../../kube/names.js';
import { observeDesktopNamespaces, type DesktopNamespaces } from '../../namespaces/desktop-namespaces.js';
import { removeServiceRightsArgv } from '../../namespaces/plan-namespace.js';
import type { Argv } from '../../ports/runner.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  /** The user's entry; `foreign` also if this home is a copy of the one that made it. */
  readonly entry: UserEntryState;
  readonly orphans: readonly Orphan[];
  readonly liveRuns: readonly string[];
  /** This home's own paths, measured. */
  readonly folders: readonly MeasuredFolder[];
  readonly paths: HomePaths;
  readonly packages: readonly string[];
}

/** Throws IN_USE if this home has a record of a cluster but Docker holds another home's; `force` ignores that one. */
export async function observeInstallation(
  host: Host,
  signal: AbortSignal,
  { force }: { readonly force: boolean },
): Promise<ObservedMachine> {
  const [engine, paths, hasCluster, hasImages] = await Promise.all([
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
    observeUserEntry(host, undefined),
    findOrphans(host),
    listRuns(host),
    measureFolders(host, paths.own),
    listInstalledPackages(host),
  ]);
  const isOriginal = await provesOriginal(host, docker, hasCluster || hasImages);
  const isCopied = !isOriginal && (entry.state === 'there' || entry.state === 'stale');
  return {
    engine,
    docker,
    dockerMayHold: hasCluster || hasImages,
    cluster,
    desktop,
    home: await readHomeId(host.directories),
    ownDaemon,
    entry: isCopied ? { ...entry, state: 'foreign' } : entry,
    orphans,
    liveRuns: runs.filter(({ isLive }) => isLive).map(({ runId }) => runId),
    folders,
    paths,
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
  const machine = { place: 'host', dockerEnv: undefined } as const;
  const ours = ownership.ours.map(({ name }) => name);
  const [tags, stages, foreignContainers] = await Promise.all([
    recipes.size > 0 ? listTags(host, machine, recipes, ownTagsOf, signal) : [],
    recipes.size > 0 ? listStages(host, signal) : [],
    listOtherContainers(host, ours, signal),
  ]);
  return { ownership, tags, stages, foreignContainers };
}

/** Everything prepared in Docker Desktop's Kubernetes: namespaces with our label, with their contents. */
export interface DesktopThings extends DesktopNamespaces {
  /** Applications that runs of this home built, in the daemon that the cluster shares. */
  readonly applications: readonly string[];
}

/** `silent`: it may contain something, but does not answer. */
export type InstalledDesktop = DesktopThings | 'silent' | undefined;

/** By label, so that what another home made under the same name meanwhile stays. The cluster state goes last: it leads to the rest. */
export function deleteNamespacesArgvs(tool: KubectlTool, home: string, namespaces: readonly string[]): readonly Argv[] {
  if (namespaces.length === 0) return [];
  const others = namespaces.filter((name) => name !== jobNamespace);
  const deletions = [others, namespaces.filter((name) => name === jobNamespace)]
    .filter((names) => names.length > 0)
    .map((names) => `--selector=${homeLabel}=${home},kubernetes.io/metadata.name in (${names.join(',')})`)
    .map((selector) => kubectl(tool).delete('namespace', selector, '--timeout=120s'));
  return [removeServiceRightsArgv(tool, home, namespaces), ...deletions];
}

export async function observeDesktopThings(host: Host, signal: AbortSignal): Promise<InstalledDesktop> {
  const found = await observeDesktopNamespaces(host, signal);
  if (found === undefined || found === 'silent') return found;
  // another home's runs may need them
  if (found.others.length > 0) return { ...found, applications: [] };
  const daemon = { place: 'cluster', dockerEnv: found.cluster.childEnv } as const;
  const recipes = await listStoredRecipes(host);
  return { ...found, applications: await listTags(host, daemon, recipes, applicationTagsOf, signal) };
}

/** apt's own log, searched for our unmistakable command line (src/toolchain/engine/argv.ts). */
const ourCall = /^Commandline: apt-get -o DPkg::Lock::Timeout=180 install -y --no-install-recommends (.+)$/gm;
const removal = /^Commandline: apt(?:-get)? .*\b(?:remove|purge|autoremove)\b/;

/** Debian packages that init installed. They stay: other programs may need them by now. */
export async function listInstalledPackages({ directories }: Pick<Host, 'directories'>): Promise<readonly string[]> {
  const history = await readFile(join(directories.system, 'var/log/apt/history.log'), 'utf8').catch(() => '');
  return parseHistory(history);
}

export function parseHistory(history: string): readonly string[] {
  const installed = new Set<string>();
  for (const entry of history.split('\n\n')) {
    for (const call of entry.matchAll(ourCall)) for (const name of (call[1] ?? '').split(' ')) installed.add(name);
    if (entry.split('\n').some((line) => removal.test(line)))
      for (const name of removedIn(entry)) installed.delete(name);
  }
  return [...installed].sort();
}

/** `Remove: docker.io:amd64 (20.10), containerd:amd64 (1.6)` */
function removedIn(entry: string): readonly string[] {
  const lines = [...entry.matchAll(/^(?:Remove|Purge): (.+)$/gm)].map((match) => match[1] ?? '');
  return lines.flatMap((line) => [...line.matchAll(/(?:^|, )([^:\s,]+):/g)].map((match) => match[1] ?? ''));
}
