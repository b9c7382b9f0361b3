import { SparkDevError } from '../errors/spark-dev-error.js';
import type { BundleUnit } from './bundle-file.js';
import type { BundleManifest } from './bundle-manifest.js';

/**
 * The folders are called by the sums of what they were made from, so a bundle fits when it has those that this spark-dev on this
 * machine looks for. Answers what it lacks and the machine must have itself.
 */
export function checkBundle(
  manifest: BundleManifest,
  wanted: readonly BundleUnit[],
  here: { readonly arch: string; readonly sparkDevVersion: string },
): readonly BundleUnit[] {
  if (manifest.arch !== here.arch) {
    throw refuse(`The bundle is for ${manifest.arch}, and this machine is ${here.arch}`, [
      `spark-dev images save FILE   # on a machine that is ${here.arch}`,
    ]);
  }
  const has = new Set(manifest.units.map(({ path }) => path));
  const missing = wanted.filter(({ path }) => !has.has(path));
  const needed = missing.filter(({ isNeeded }) => isNeeded);
  if (needed.length === 0) return missing;
  throw refuse(
    'The bundle was made by another spark-dev',
    [
      `Install the spark-dev that made it (${manifest.sparkDevVersion})`,
      `spark-dev images save FILE   # with spark-dev ${here.sparkDevVersion}`,
    ],
    `It is of spark-dev ${manifest.sparkDevVersion}, and this ${here.sparkDevVersion} also needs: ${needed.map(({ path }) => path).join(', ')}.`,
  );
}

function refuse(what: string, fix: readonly string[], why?: string): SparkDevError {
  return new SparkDevError('BUNDLE_REFUSED', what, { fix, ...(why === undefined ? {} : { why }) });
}
