import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { applySteps, runCommands } from '../steps/apply.js';
import type { Step } from '../steps/step.js';
import { listContents } from './contents.js';
import { explainStuck } from './explain-stuck.js';
import { observeNamespace } from './observe-namespace.js';
import { describeFolder, planCreation, planDeletion, planUse, writeFolder } from './plan-namespace.js';
import { foreign } from './require-namespace.js';
import type { NamespaceSession } from './session.js';

export async function runAll(
  host: Host,
  cluster: PreparedCluster,
  steps: readonly Step[],
  signal: AbortSignal,
): Promise<void> {
  const options = { env: cluster.childEnv, signal, timeoutMs: 180_000 };
  await applySteps(host, steps, { signal, apply: (step) => runCommands(host, step, options) });
}

/** Creates the namespace if it is missing and makes it the target of future runs; returns what was done. */
export async function enterNamespace(
  host: Host,
  cluster: PreparedCluster,
  name: string,
  signal: AbortSignal,
): Promise<readonly Step[]> {
  if (cluster.namespace === name) return [];
  const session = { host, cluster, signal };
  const seen = await observeNamespace(session, name);
  if (seen?.ours === false) throw foreign(name);
  if (seen?.isTerminating === true) throw explainStuck(cluster, seen, await listContents(session, name));
  const folder = describeFolder(host.directories, name, cluster);
  const use = planUse(cluster, name);
  const steps = seen === undefined ? [planCreation(cluster, folder, false), use] : [use];
  if (seen === undefined) await writeFolder(folder);
  await runAll(host, cluster, steps, signal);
  return steps;
}

/** Deletes and waits. A namespace that is stuck is explained and left to finish. */
export async function deleteNamespace(
  session: NamespaceSession,
  name: string,
  inUse: boolean,
  timeoutS: number,
): Promise<void> {
  const { host, cluster, signal } = session;
  try {
    await runAll(host, cluster, planDeletion(cluster, name, inUse, timeoutS), signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof SparkDevError)) throw error;
    const seen = await observeNamespace(session, name);
    if (seen?.isTerminating === true) throw explainStuck(cluster, seen, await listContents(session, name));
    if (seen !== undefined) throw error;
  }
}
