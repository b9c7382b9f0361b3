import { markOwnFolders } from '../../config/own-folders.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { applySteps } from '../../steps/apply.js';
import { removeFolder } from '../folders.js';
import type { Removal } from '../removal.js';
import { listOwnPaths, removeEmptyDirectories } from './paths.js';

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
