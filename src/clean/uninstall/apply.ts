import { readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { awaitOrphans } from '../../clusters/await-orphans.js';
import { deleteCluster } from '../../clusters/delete-cluster.js';
import { removeFromUserKubeconfig } from '../../kube/kubeconfig/file.js';
import { profileName } from '../../kube/names.js';
import { markOwnFolders } from '../../config/own-folders.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { applySteps, runCommands } from '../../steps/apply.js';
import { runAsRoot } from '../../toolchain/engine/root-access.js';
import { performCommon } from '../apply.js';
import { removeFolder } from '../folders.js';
import { stopDaemonArgv } from './docker-things.js';
import type { ObservedMachine } from './observe.js';
import { listOwnPaths, removeEmptyDirectories } from './paths.js';
import type { RemovalStep } from './plan.js';

/** Runs all steps; returns what prevented some. A step whose dependency failed is left for the next call. */
export async function applyUninstall(
  host: Host,
  seen: ObservedMachine,
  steps: readonly RemovalStep[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  await markOwnFolders(host.directories);
  const hindrances: string[] = [];
  try {
    await applySteps(host, steps, {
      signal,
      apply: (step) => perform(host, seen, step, signal),
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

async function perform(host: Host, seen: ObservedMachine, step: RemovalStep, signal: AbortSignal): Promise<void> {
  const { work } = step;
  switch (work.kind) {
    case 'end':
    case 'folders':
      return performCommon(host, work);
    case 'cluster':
      // an earlier call that was killed may have left minikube running
      await awaitOrphans(host, signal);
      if (seen.cluster !== undefined) await deleteCluster(host, seen.cluster.programs, { signal });
      return;
    case 'desktop':
      return runCommands(host, step, { env: work.env, signal, timeoutMs: 300_000 });
    case 'images':
      return runCommands(host, step, { signal, timeoutMs: 300_000 });
    case 'kubeconfig':
      return clearKubeconfig(host);
    case 'daemon':
      if (seen.ownDaemon !== undefined)
        await runAsRoot(host, stopDaemonArgv(seen.ownDaemon), seen.engine.root, { timeoutMs: 40_000 });
  }
}

/** The file that init created, if it is empty again. */
const bareKubeconfig = 'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n';

async function clearKubeconfig(host: Host): Promise<void> {
  const standard = join(host.directories.userHome, '.kube', 'config');
  await removeFromUserKubeconfig(host, profileName);
  if ((await readFile(standard, 'utf8').catch(() => '')) !== bareKubeconfig) return;
  await rm(standard);
  await rmdir(dirname(standard)).catch(() => undefined);
}
