import { readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { awaitOrphans } from '../../clusters/await-orphans.js';
import { deleteCluster } from '../../clusters/delete-cluster.js';
import { isBelow } from '../../files/paths.js';
import { removeArgv } from '../../images/docker-argv.js';
import { emptyKubeconfig, removeFromUserKubeconfig } from '../../kube/kubeconfig/file.js';
import { profileName } from '../../kube/names.js';
import type { Directories, Host } from '../../ports/host.js';
import { runCommands, applySteps } from '../../steps/apply.js';
import { asRoot, runAsRoot } from '../../toolchain/engine/root-access.js';
import { count } from '../../text/words.js';
import { removeFolders, type MeasuredFolder, removeFolder } from '../folders.js';
import { endOrphans, type Removal } from '../plan.js';
import { stopDaemonArgv, pruneAllStagesArgv } from './docker-things.js';
import { type ObservedMachine, deleteNamespacesArgvs } from './observe.js';
import { markOwnFolders } from '../../config/own-folders.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { listOwnPaths, removeEmptyDirectories } from './paths.js';

/**
 * Pure: from observations to removal steps, in an order that makes interruptions harmless: Docker's contents, the folders that
 * show that Docker holds something, the daemon, what the daemon itself needed, and the rest.
 */
export function planUninstall(seen: ObservedMachine, { data }: Directories): readonly Removal[] {
  const witnesses = ['minikube', 'kubeconfig', 'images'].map((name) => join(data, name));
  const isWitness = ({ path }: MeasuredFolder): boolean => witnesses.some((one) => isBelow(one, path));
  const rest = seen.folders.filter((folder) => !isWitness(folder));
  const steps = [
    endOrphans(seen.orphans),
    removeCluster(seen),
    removeFromDesktop(seen),
    removeEntries(seen),
    removeImages(seen),
    removeFolders(seen.folders.filter(isWitness), 'witnesses', 'the cluster and the images as files'),
    stopDaemon(seen),
    removeFolders(rest, 'folders', "tools, caches, logs, runs and Hive's tables of local mode"),
  ];
  return steps.filter((step) => step !== undefined).filter(({ id, items }) => id === 'cluster' || items.length > 0);
}

function removeCluster({ cluster, docker }: ObservedMachine): Removal | undefined {
  if (cluster === undefined) return undefined;
  return {
    id: 'cluster',
    title: 'Delete the cluster and all its data',
    why: cluster.by === 'docker' ? 'init made it; minikube cannot delete it, so Docker does' : 'init made it',
    commands: cluster.commands,
    items: (docker?.ownership.ours ?? []).map(({ kind, name }) => `${kind} ${name}`),
    remove: async (host, signal) => {
      // an earlier call that was killed may have left minikube running
      await awaitOrphans(host, signal);
      await deleteCluster(host, cluster.programs, { signal });
    },
  };
}

/** The cluster itself is the user's and stays. */
function removeFromDesktop({ desktop }: ObservedMachine): Removal | undefined {
  if (desktop === undefined || desktop === 'silent') return undefined;
  const { cluster, home, namespaces, applications } = desktop;
  const commands = [
    ...deleteNamespacesArgvs(cluster, home, namespaces),
    ...(applications.length === 0 ? [] : [removeArgv(applications)]),
  ];
  return {
    id: 'desktop',
    title: `Remove what spark-dev prepared in ${cluster.context}`,
    why: 'this home prepared it; everything else in the cluster stays',
    commands,
    items: [
      ...namespaces.map((name) => `namespace ${name} in ${cluster.context}`),
      ...applications.map((name) => `image ${name}`),
    ],
    remove: async (host, signal) => {
      await runCommands(host, { commands }, { env: cluster.childEnv, signal, timeoutMs: 300_000 });
    },
  };
}

function removeEntries({ entry: { path, state } }: ObservedMachine): Removal | undefined {
  if (state !== 'there' && state !== 'stale') return undefined;
  return {
    id: 'kubeconfig',
    title: `Remove the entries ${profileName} from ${path}`,
    why: 'everything else in it stays',
    commands: [],
    items: [`entries ${profileName} in ${path}`],
    remove: async (host) => {
      await removeFromUserKubeconfig(host);
      await removeBareKubeconfig(host);
    },
  };
}

/** The file that init created, if it is empty again. */
async function removeBareKubeconfig({ directories }: Host): Promise<void> {
  const standard = join(directories.userHome, '.kube', 'config');
  if ((await readFile(standard, 'utf8').catch(() => '')) !== emptyKubeconfig) return;
  await rm(standard);
  await rmdir(dirname(standard)).catch(() => undefined);
}

function removeImages({ docker }: ObservedMachine): Removal {
  const { tags = [], stages = [] } = docker ?? {};
  const commands = [
    ...(tags.length === 0 ? [] : [removeArgv(tags)]),
    ...(stages.length === 0 ? [] : [pruneAllStagesArgv()]),
  ];
  return {
    id: 'images',
    title: `Remove ${count(tags.length + stages.length, 'image')}`,
    why: 'init built them, on the Docker of this machine',
    commands,
    items: [...tags, ...stages].map((name) => `image ${name}`),
    remove: async (host, signal) => {
      await runCommands(host, { commands }, { signal, timeoutMs: 300_000 });
    },
  };
}

function stopDaemon({ ownDaemon, engine: { root } }: ObservedMachine): Removal | undefined {
  if (ownDaemon === undefined) return undefined;
  const stop = stopDaemonArgv(ownDaemon);
  return {
    id: 'daemon',
    title: 'Stop Docker',
    why: 'init started it, and nothing else runs in it',
    commands: [asRoot(stop, root)],
    items: [`dockerd (process ${String(ownDaemon.pid)})`],
    remove: async (host) => {
      await runAsRoot(host, stop, root, { timeoutMs: 40_000 });
    },
  };
}

/** Runs all steps; returns what prevented some. A step whose dependency failed is left for the next call. */
export async function applyUninstall(
  host: Host,
  steps: readonly Removal[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  await markOwnFolders(host.directories);
  const hindrances: string[] = [];
  try {
    await applySteps(host, steps, {
      signal,
      apply: (step) => step.remove(host, signal),
      onFailure: (step, error, running) => {
        running.failed();
        if (signal.aborted || !(error instanceof Error)) throw error;
        const why = error instanceof SparkDevError ? [error.what, error.why].filter(Boolean).join(': ') : error.message;
        // without the cluster's files and this home's id, nothing could find it again
        if (['cluster', 'desktop', 'images'].includes(step.id)) {
          hindrances.push(`${step.title}: ${why}`);
          throw error;
        }
        host.ui.warn(`${step.title}: ${why}`);
      },
    });
  } catch (error) {
    if (hindrances.length > 0) return hindrances;
    throw error;
  }
  // made on the way: the journal of the deletion
  for (const path of (await listOwnPaths(host.directories)).own) await removeFolder(path);
  await removeEmptyDirectories(host.directories);
  return [];
}
