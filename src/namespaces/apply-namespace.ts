import { rm } from 'node:fs/promises';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { writeFiles } from '../overlay/overlay-folder.js';
import { applySteps, runCommands, type Step } from '../steps/apply.js';
import { observeNamespace } from './observe-namespace.js';
import { describeFolder, planCreation, planUse, type RightsFolder } from './plan-namespace.js';
import { refuseUnusable, explainStuck } from './require-namespace.js';
import type { NamespaceSession } from './session.js';

export async function runAll({ host, cluster, signal }: NamespaceSession, steps: readonly Step[]): Promise<void> {
  const options = { env: cluster.childEnv, signal, timeoutMs: 180_000 };
  await applySteps(host, steps, { signal, apply: (step) => runCommands(host, step, options) });
}

/** In place of what an earlier call left there. */
export async function writeFolder({ folder, files }: RightsFolder): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await writeFiles(folder, files);
}

/** Creates the namespace if it is missing and makes it the target of future runs; returns what was done. */
export async function enterNamespace(session: NamespaceSession, name: string): Promise<readonly Step[]> {
  const { host, cluster } = session;
  if (cluster.namespace === name) return [];
  const seen = await observeNamespace(session, name);
  if (seen !== undefined) await refuseUnusable(session, seen);
  const folder = await describeFolder(host.directories, name, cluster);
  if (seen === undefined) await writeFolder(folder);
  const use = planUse(cluster, name);
  const steps = seen === undefined ? [planCreation(cluster, folder, false), use] : [use];
  await runAll(session, steps);
  return steps;
}

/** Deletes and waits. A namespace that is stuck is explained and left to finish. */
export async function deleteNamespace(session: NamespaceSession, name: string, steps: readonly Step[]): Promise<void> {
  try {
    await runAll(session, steps);
  } catch (error) {
    if (session.signal.aborted || !(error instanceof SparkDevError)) throw error;
    const seen = await observeNamespace(session, name);
    if (seen?.isTerminating === true) throw await explainStuck(session, seen);
    if (seen !== undefined) throw error;
  }
}
