import { SparkDevError } from '../errors/spark-dev-error.js';
import type { BundleUnit } from './bundle-file.js';
import type { BundleManifest } from './bundle-manifest.js';

export interface CheckedBundle {
  /** Only the units that this machine looks for; nothing else is installed. */
  readonly manifest: BundleManifest;
  /** What the machine must have itself. */
  readonly lacks: readonly BundleUnit[];
}

/**
 * Folders are named after the checksums of their sources, so a bundle fits if it has the folders that this spark-dev looks for.
 */
export function checkBundle(
  manifest: BundleManifest,
  wanted: readonly BundleUnit[],
  here: { readonly arch: string; readonly sparkDevVersion: string },
): CheckedBundle {
  if (manifest.arch !== here.arch) {
    const what = `The bundle is for ${manifest.arch}, but this machine is ${here.arch}`;
    const fix = [`spark-dev images save FILE   # on a machine that is ${here.arch}`];
    throw new SparkDevError('BUNDLE_REFUSED', what, { fix });
  }
  const has = new Set(manifest.units.map(({ path }) => path));
  const lacks = wanted.filter(({ path }) => !has.has(path));
  const needed = lacks.filter(({ isNeeded }) => isNeeded);
  const units = manifest.units.filter((unit) => wanted.some(({ path }) => path === unit.path));
  if (needed.length === 0) return { manifest: { ...manifest, units }, lacks };
  const { sparkDevVersion } = here;
  throw new SparkDevError('BUNDLE_REFUSED', 'A different spark-dev made the bundle', {
    why: `The bundle was made by spark-dev ${manifest.sparkDevVersion}; version ${sparkDevVersion} also needs: ${needed.map(({ path }) => path).join(', ')}.`,
    fix: [
      `Install the spark-dev that made it (${manifest.sparkDevVersion})`,
      `spark-dev images save FILE   # with spark-dev ${sparkDevVersion}`,
    ],
  });
}
