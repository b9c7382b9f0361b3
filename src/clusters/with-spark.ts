import { SparkDevError } from '../errors/spark-dev-error.js';
import { findSparkVersion } from '../toolchain/spark/versions.js';
import type { PreparedCluster } from './prepared.js';

/** The cluster with the image of another Spark version; throws IMAGE_MISSING for a version that it does not have. */
export function withSpark(cluster: PreparedCluster, version: string | undefined): PreparedCluster {
  if (version === undefined || version === cluster.sparkVersion) return cluster;
  const spark = findSparkVersion(version);
  const sparkImage = cluster.otherSparks?.[spark.version];
  if (sparkImage !== undefined) return { ...cluster, sparkImage, sparkVersion: spark.version };
  const others = Object.keys(cluster.otherSparks ?? {});
  throw new SparkDevError('IMAGE_MISSING', `The cluster has no image of Spark ${version}`, {
    why: `It has ${[cluster.sparkVersion, ...others].join(', ')}; another version is downloaded and built only on request.`,
    fix: [`spark-dev images build spark-${version}`],
    facts: { version },
  });
}
