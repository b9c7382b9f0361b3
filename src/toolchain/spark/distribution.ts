import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Directories, Host } from '../../ports/host.js';
import { fetchFromPypi } from '../pypi/pypi.js';
import { inStep } from '../../steps/apply.js';
import { type SparkVersion, parseSparkCore } from './versions.js';
import { sweepAbandoned, findDamage, removeDamaged } from '../half-made.js';
import { unpackTarball } from '../unpack.js';
import { isThere } from '../../files/paths.js';

export interface SparkDistribution {
  readonly version: string;
  readonly folder: string;
  readonly home: string;
  readonly jars: string;
  readonly pythonPath: readonly string[];
}

export function describeDistribution(directories: Directories, spark: SparkVersion): SparkDistribution {
  const folder = join(directories.cache, 'spark', spark.version);
  const home = join(folder, 'deps');
  return {
    version: spark.version,
    folder,
    home,
    jars: join(home, 'jars'),
    pythonPath: [folder, join(folder, 'lib', `py4j-${spark.py4j}-src.zip`)],
  };
}

export async function isDistributionThere(distribution: SparkDistribution): Promise<boolean> {
  return (await isThere(distribution.folder)) && (await findSparkDamage(distribution)) === undefined;
}

/** A distribution from an older version has no recorded sizes: then at least Spark's own jar must exist. */
async function findSparkDamage({ folder, jars }: SparkDistribution): Promise<string | undefined> {
  const names = await readdir(jars).catch(() => undefined);
  if (names !== undefined && parseSparkCore(names.join('\n')) === undefined) return `${jars} has no spark-core`;
  return findDamage(folder);
}

/** Spark from PyPI, downloaded and unpacked once; a damaged one is replaced. */
export async function ensureDistribution(
  host: Host,
  spark: SparkVersion,
  signal: AbortSignal,
): Promise<SparkDistribution> {
  const distribution = describeDistribution(host.directories, spark);
  await sweepAbandoned(host);
  const { folder } = distribution;
  await removeDamaged(host, folder, `Spark ${spark.version}`, await findSparkDamage(distribution));
  if (await isThere(folder)) return distribution;
  await inStep(host, `Download Spark ${spark.version} (${String(spark.archive.sizeMb)} MB)`, async (step) => {
    step.note(folder);
    try {
      const archive = await fetchFromPypi(host, spark.archive, { signal, progress: step.progress });
      step.progress('unpacking');
      await mkdir(dirname(folder), { recursive: true });
      await unpackTarball(archive, folder, signal);
      await rm(archive, { force: true });
    } catch (error) {
      // A concurrent run was faster and removed the archive.
      if (signal.aborted || !(await isThere(folder))) throw error;
    }
  });
  return distribution;
}
