import { mkdir, mkdtemp, rm, chmod } from 'node:fs/promises';
import { dirname, join, basename, resolve, sep } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { complete, halfMadePrefix, unlessThere } from '../half-made.js';
import type { DownloadOptions } from '../verified-download.js';
import { downloadFromGoProxy } from './download.js';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry } from 'yauzl';

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

/** The `h1:` checksum of go.sum and the checksum database: https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#Hash1 */
export async function hashModuleZip(zipFile: string): Promise<string> {
  const sums: { name: string; hex: string }[] = [];
  await readZip(zipFile, async (name, content) => {
    const hash = createHash('sha256');
    await pipeline(content, hash);
    sums.push({ name, hex: hash.digest('hex') });
  });
  return combineFileSums(sums);
}

/** Byte order, not a locale's. */
function combineFileSums(sums: readonly { readonly name: string; readonly hex: string }[]): string {
  const sorted = [...sums].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const whole = createHash('sha256');
  for (const { name, hex } of sorted) whole.update(`${hex}  ${name}\n`);
  return `h1:${whole.digest('base64')}`;
}

/** Module zips contain no modes and no go.mod files below the root; Go's own command restores both for a toolchain in this way. */
export async function unpackToolchainZip(zipFile: string, prefix: string, directory: string): Promise<void> {
  await readZip(zipFile, async (name, content) => {
    const inside = toolchainPath(name, prefix);
    const target = resolve(directory, inside);
    if (!target.startsWith(resolve(directory) + sep)) throw new Error(`${name} is outside the archive`);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(content, createWriteStream(target));
    if (isToolchainProgram(inside)) await chmod(target, 0o755);
  });
}

function toolchainPath(entryName: string, prefix: string): string {
  if (!entryName.startsWith(prefix)) throw new Error(`${entryName} is not below ${prefix}`);
  const path = entryName.slice(prefix.length);
  return basename(path) === '_go.mod' ? join(dirname(path), 'go.mod') : path;
}

function isToolchainProgram(path: string): boolean {
  return /^(bin|pkg\/tool)\//.test(path);
}

async function readZip(zipFile: string, visit: (name: string, content: Readable) => Promise<void>): Promise<void> {
  const zip = await openPromise(zipFile);
  for await (const entry of zip.eachEntry() as AsyncIterable<Entry>) {
    if (entry.fileName.endsWith('/')) continue;
    await visit(entry.fileName, await zip.openReadStreamPromise(entry));
  }
}
