import { SparkDevError } from '../errors/spark-dev-error.js';
import type { BundleUnit } from './bundle-file.js';
import type { BundleManifest } from './bundle-manifest.js';

export interface CheckedBundle {
  /** With those units only that this machine looks for: nothing else is put in place. */
  readonly manifest: BundleManifest;
  /** What the machine must have itself. */
  readonly lacks: readonly BundleUnit[];
}

/**
 * The folders are called by the sums of what they were made from, so a bundle fits when it has those that this spark-dev on this
 * machine looks for.
 */
export function checkBundle(
  manifest: BundleManifest,
  wanted: readonly BundleUnit[],
  here: { readonly arch: string; readonly sparkDevVersion: string },
): CheckedBundle {
  if (manifest.arch !== here.arch) {
    throw refuse(`The bundle is for ${manifest.arch}, and this machine is ${here.arch}`, [
      `spark-dev images save FILE   # on a machine that is ${here.arch}`,
    ]);
  }
  const has = new Set(manifest.units.map(({ path }) => path));
  const missing = wanted.filter(({ path }) => !has.has(path));
  const needed = missing.filter(({ isNeeded }) => isNeeded);
  const units = manifest.units.filter((unit) => wanted.some(({ path }) => path === unit.path));
  if (needed.length === 0) return { manifest: { ...manifest, units }, lacks: missing };
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
