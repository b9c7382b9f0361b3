import { readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { awaitOrphans } from '../../clusters/await-orphans.js';
import { deleteCluster } from '../../clusters/delete-cluster.js';
import { removeFromUserKubeconfig } from '../../kube/kubeconfig/file.js';
import { profileName } from '../../kube/names.js';
import { markOwnFolders } from '../../config/own-folders.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { runAsRoot } from '../../toolchain/engine/root-access.js';
import { removeFolder } from '../folders.js';
import { endStillOrphaned } from '../orphans.js';
import { stopDaemonArgv } from './docker-things.js';
import type { ObservedMachine } from './observe.js';
import { listOwnPaths, removeEmptyDirectories } from './paths.js';
import type { RemovalStep } from './plan.js';

/** Does all steps; answers what hindered some. What needs a step that failed before it is left for the next call. */
export async function applyUninstall(
  host: Host,
  seen: ObservedMachine,
  steps: readonly RemovalStep[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  await markOwnFolders(host.directories);
  for (const step of steps) {
    signal.throwIfAborted();
    const shown = host.ui.step(step.title);
    try {
      await perform(host, seen, step, signal);
      shown.done();
    } catch (error) {
      shown.fail();
      if (signal.aborted || !(error instanceof Error)) throw error;
      const why = error instanceof SparkDevError ? [error.what, error.why].filter(Boolean).join(': ') : error.message;
      // without the cluster's files, and this home's id, nothing could find it again
      if (['cluster', 'desktop', 'images'].includes(step.work.kind)) return [`${step.title}: ${why}`];
      host.ui.warn(`${step.title}: ${why}`);
    }
  }
  // what was made on the way: the journal of the deletion
  for (const path of (await listOwnPaths(host.directories)).own) await removeFolder(path);
  await removeEmptyDirectories(host.directories, host.env['SPARK_DEV_HOME']);
  return [];
}

async function perform(host: Host, seen: ObservedMachine, step: RemovalStep, signal: AbortSignal): Promise<void> {
  const { work, commands } = step;
  switch (work.kind) {
    case 'end':
      await endStillOrphaned(host, work.pids);
      return;
    case 'cluster':
      // an earlier call that was killed may have left minikube at it
      await awaitOrphans(host, signal);
      if (seen.cluster !== undefined) await deleteCluster(host, seen.cluster.programs, { signal });
      return;
    case 'desktop':
      for (const argv of commands) await host.runner.run(argv, { env: work.env, signal, timeoutMs: 300_000 });
      return;
    case 'kubeconfig':
      await clearKubeconfig(host);
      return;
    case 'images':
      for (const argv of commands) await host.runner.run(argv, { signal, timeoutMs: 300_000 });
      return;
    case 'daemon':
      if (seen.ownDaemon !== undefined)
        await runAsRoot(host, stopDaemonArgv(seen.ownDaemon), seen.engine.root, { timeoutMs: 40_000 });
      return;
    case 'folders':
      for (const path of work.paths) await removeFolder(path);
  }
}

/** The file that init itself began, once it is empty again. */
const bareKubeconfig = 'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n';

async function clearKubeconfig(host: Host): Promise<void> {
  const standard = join(host.directories.userHome, '.kube', 'config');
  await removeFromUserKubeconfig(host, profileName);
  if ((await readFile(standard, 'utf8').catch(() => '')) !== bareKubeconfig) return;
  await rm(standard);
  await rmdir(dirname(standard)).catch(() => undefined);
}
