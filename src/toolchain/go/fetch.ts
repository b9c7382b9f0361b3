import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { complete, halfMadePrefix, unlessThere } from '../half-made.js';
import type { DownloadOptions } from '../verified-download.js';
import { downloadFromGoProxy } from './download.js';
import { hashModuleZip, unpackToolchainZip } from './module-zip.js';

const goModule = 'golang.org/toolchain';

/** Checksums by architecture are those of the checksum database, so that no proxy has to be trusted. */
const pinnedGo = {
  version: '1.26.8',
  sums: {
    amd64: 'h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM=',
    arm64: 'h1:sYL/O6MqS68ML0kjsQ36WoYIpJqkw60TxizWUYUKQMc=',
  },
};

const byHand = 'Install Go from https://go.dev/dl and put it on the PATH';

/** Undefined if Go publishes none that we pinned. */
export function managedGoPath(host: Pick<Host, 'directories' | 'platform'>): string | undefined {
  const folder = describeModule(host, pinnedGo)?.folder;
  return folder === undefined ? undefined : join(folder, 'bin', 'go');
}

function describeModule(
  { directories, platform: { os, arch } }: Pick<Host, 'directories' | 'platform'>,
  release: typeof pinnedGo,
) {
  if (os !== 'linux' || arch === 'unsupported') return undefined;
  const version = `v0.0.1-go${release.version}.linux-${arch}`;
  return { version, sum: release.sums[arch], folder: join(directories.cache, 'go', 'toolchain', version) };
}

/** A Go distribution is a module like any other: https://go.dev/doc/toolchain#download */
export async function fetchGo(host: Host, options: DownloadOptions = {}, release = pinnedGo): Promise<void> {
  const module = describeModule(host, release);
  if (module === undefined) {
    throw new SparkDevError('GO_MISSING', `Go cannot be downloaded for ${host.platform.os} on this processor`, {
      why: 'Downloads exist only for Linux on amd64 and arm64.',
      fix: [byHand],
    });
  }
  const { version, sum, folder } = module;
  const downloads = join(host.directories.cache, 'downloads');
  await mkdir(downloads, { recursive: true });
  const work = await mkdtemp(halfMadePrefix(join(downloads, 'go-')));
  try {
    const zipFile = join(work, 'go.zip');
    const source = await downloadFromGoProxy(host, `${goModule}/@v/${version}.zip`, zipFile, options);
    const found = await hashModuleZip(zipFile);
    if (found !== sum) {
      throw new SparkDevError('CHECKSUM_MISMATCH', 'The downloaded Go does not match its pinned checksum', {
        why: `${source} has the checksum ${found}; expected ${sum}.`,
        fix: ['Contact the operator of the module proxy', byHand],
      });
    }
    const unpacked = join(work, 'unpacked');
    await unpackToolchainZip(zipFile, `${goModule}@${version}/`, unpacked);
    options.signal?.throwIfAborted();
    await mkdir(dirname(folder), { recursive: true });
    await complete(unpacked, folder).catch(unlessThere(folder));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
