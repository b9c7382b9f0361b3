import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { complete, halfMadePrefix } from '../half-made.js';
import { downloadFromGoProxy, type GoFetchOptions } from './download.js';
import { hashModuleZip, unpackToolchainZip } from './module-zip.js';
import { codeOf } from '../../errors/error-code.js';

/** Checksums are those of the checksum database, so that no proxy has to be trusted. */
interface GoRelease {
  readonly version: string;
  readonly sums: Readonly<Record<'amd64' | 'arm64', string>>;
}

const goModule = 'golang.org/toolchain';
const pinnedGo: GoRelease = {
  version: '1.26.8',
  sums: {
    amd64: 'h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM=',
    arm64: 'h1:sYL/O6MqS68ML0kjsQ36WoYIpJqkw60TxizWUYUKQMc=',
  },
};

/** Undefined if Go publishes none that we pinned. */
export function managedGoPath(host: Pick<Host, 'directories' | 'platform'>): string | undefined {
  const version = moduleVersion(host);
  return version === undefined ? undefined : join(host.directories.cache, 'go', 'toolchain', version, 'bin', 'go');
}

/** A Go distribution is a module like any other: https://go.dev/doc/toolchain#download */
export async function fetchGo(host: Host, options: GoFetchOptions = {}, release = pinnedGo): Promise<void> {
  const version = moduleVersion(host, release);
  const { arch } = host.platform;
  if (version === undefined || arch === 'unsupported') {
    throw new SparkDevError('GO_MISSING', `Go cannot be downloaded for ${host.platform.os} on this processor`, {
      why: 'Downloads exist only for Linux on amd64 and arm64.',
      fix: ['Install Go from https://go.dev/dl and put it on the PATH'],
    });
  }
  const downloads = join(host.directories.cache, 'downloads');
  await mkdir(downloads, { recursive: true });
  const work = await mkdtemp(halfMadePrefix(join(downloads, 'go-')));
  try {
    const zipFile = join(work, 'go.zip');
    const source = await downloadFromGoProxy(host, `${goModule}/@v/${version}.zip`, zipFile, options);
    await verify(zipFile, release.sums[arch], source);
    const unpacked = join(work, 'unpacked');
    await unpackToolchainZip(zipFile, `${goModule}@${version}/`, unpacked);
    options.signal?.throwIfAborted();
    await place(unpacked, join(host.directories.cache, 'go', 'toolchain', version));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function moduleVersion(host: Pick<Host, 'platform'>, release = pinnedGo): string | undefined {
  const { os, arch } = host.platform;
  return os === 'linux' && arch !== 'unsupported' ? `v0.0.1-go${release.version}.linux-${arch}` : undefined;
}

async function verify(zipFile: string, expected: string, source: string): Promise<void> {
  const actual = await hashModuleZip(zipFile);
  if (actual === expected) return;
  throw new SparkDevError('CHECKSUM_MISMATCH', 'The downloaded Go does not match its pinned checksum', {
    why: `${source} has the checksum ${actual}; expected ${expected}.`,
    fix: ['Contact the operator of the module proxy', 'Install Go from https://go.dev/dl and put it on the PATH'],
  });
}

/** Another process may have been faster; its result is equally good. */
async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await complete(from, to).catch((error: unknown) => {
    const code = codeOf(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  });
}
