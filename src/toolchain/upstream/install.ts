import { createHash } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SparkDevError, codeOf } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { isExecutable, placeTool } from '../tool-directory.js';
import { downloadVerified, reasonOf, refuseForeignHost } from '../verified-download.js';
import { inStep, type PlannedDownload } from '../../steps/apply.js';
import { checksumUrl, type Release, type ReleaseName, type ReleasePin, type ReleasePlatform } from './pins.js';
import { text } from 'node:stream/consumers';
import { findDamage, writeWhole } from '../half-made.js';
import { z } from 'zod';
import { tryJson } from '../../files/paths.js';

/** A release on this machine, also before it exists. */
export interface LocalRelease {
  readonly name: ReleaseName;
  readonly version: string;
  readonly directory: string;
  /** Absolute; on Windows with `.exe`. */
  readonly path: string;
  readonly download: PlannedDownload;
}

export function releasePlatform({ platform }: Pick<Host, 'platform'>): ReleasePlatform | undefined {
  const os = platform.os === 'win32' ? 'windows' : platform.os;
  const known = ['linux/amd64', 'linux/arm64', 'darwin/amd64', 'darwin/arm64', 'windows/amd64'] as const;
  return known.find((one) => one === `${os}/${platform.arch}`);
}

function findPin(host: Pick<Host, 'platform'>, release: Release): ReleasePin | undefined {
  const platform = releasePlatform(host);
  return platform && release.pins[platform];
}

/** Throws if the vendor has none for this machine. */
export function pinOf(host: Pick<Host, 'platform'>, release: Release): ReleasePin {
  const pin = findPin(host, release);
  if (pin !== undefined) return pin;
  const { name, version, pins } = release;
  throw new SparkDevError('PREREQUISITE_MISSING', `${name} ${version} has no release for this machine`, {
    why: `This machine is ${host.platform.os} on ${host.platform.arch}; releases exist for ${Object.keys(pins).join(', ')}.`,
    fix: [`Install ${name} manually, then run it again`, 'spark-dev run sparkpi --target local'],
  });
}

/** VERSION-FINGERPRINT below data/tools/NAME, as for built tools: a changed address or checksum gets a new folder. */
export function describeRelease(host: Pick<Host, 'directories' | 'platform'>, release: Release): LocalRelease {
  const { name, version } = release;
  const { url, sha256 } = pinOf(host, release);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([url, sha256]))
    .digest('hex')
    .slice(0, 12);
  const directory = join(host.directories.data, 'tools', name, `${version}-${fingerprint}`);
  const path = join(directory, host.platform.os === 'win32' ? `${name}.exe` : name);
  const download = sha256 === undefined ? { url, checksumUrl: checksumUrl({ url }) } : { url, sha256 };
  return { name, version, directory, path, download };
}

export async function findRelease(host: Host, release: Release): Promise<LocalRelease | undefined> {
  if (findPin(host, release) === undefined) return undefined;
  const local = describeRelease(host, release);
  const isSound = (await isExecutable(local.path)) && (await findDamage(local.directory)) === undefined;
  return isSound ? local : undefined;
}

/** Nothing of it runs before its checksum is verified; a checksum that differs from the first download's is refused. */
export async function installRelease(
  host: Host,
  release: Release,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<LocalRelease> {
  const found = await findRelease(host, release);
  if (found !== undefined) return found;
  const pin = pinOf(host, release);
  const local = describeRelease(host, release);
  return inStep(host, `Download ${release.name} ${release.version}`, async ({ progress }) => {
    const sha256 = await expectChecksum(host, release, pin, signal);
    const download = async (work: string): Promise<void> => {
      const to = join(work, basename(local.path));
      await downloadVerified(host, {
        name: `${release.name}-${release.version}`,
        url: pin.url,
        sha256,
        to,
        redirectsTo: release.redirectsTo,
        signal,
        progress,
        advice: ['spark-dev init --source registries   # builds it instead'],
      });
      if (pin.sha256 === undefined) await keepInLock(host, pin.url, sha256);
      await chmod(to, 0o755);
    };
    await placeTool(host, local.directory, download, async () => (await findRelease(host, release)) !== undefined);
    return local;
  });
}

/** The pin's own, otherwise the one of the first download, otherwise the one that the vendor publishes now. */
async function expectChecksum(
  host: Host,
  release: Release,
  pin: ReleasePin,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (pin.sha256 !== undefined) return pin.sha256;
  const kept = (await readLock(host))[pin.url];
  const published = await fetchPublishedChecksum(host, release, pin, signal).catch((error: unknown) => {
    if (kept === undefined || signal?.aborted === true) throw error;
    return kept;
  });
  if (kept === undefined || kept === published) return published;
  const { name, version } = release;
  throw new SparkDevError('CHECKSUM_MISMATCH', `${name} ${version} has changed since its first download`, {
    why: `Its vendor now publishes the sha256 ${published}; ${lockFile(host)} has ${kept}. A release should never change.`,
    fix: [
      'spark-dev init --source registries',
      `If the vendor explains the change: remove the line from ${lockFile(host)} and run it again`,
    ],
    facts: { url: pin.url, expected: kept, found: published },
  });
}

/** A checksum and a file name; anything much longer is a web page. */
const largestBytes = 1024;

/** The vendor's published checksum. Without one nothing is installed. */
async function fetchPublishedChecksum(
  host: Host,
  release: Pick<Release, 'name' | 'redirectsTo'>,
  pin: ReleasePin,
  signal?: AbortSignal,
): Promise<string> {
  const url = checksumUrl(pin);
  let reason: string;
  try {
    const answer = await host.http.get(url, { signal, mostBytes: largestBytes });
    refuseForeignHost({ url, redirectsTo: release.redirectsTo }, answer.url);
    const found = answer.status === 200 ? parseChecksum(await text(answer.body)) : undefined;
    if (found !== undefined) return found;
    reason = answer.status === 200 ? 'it holds no sha256' : `the server answered ${String(answer.status)}`;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    reason = reasonOf(error);
  }
  throw new SparkDevError('CHECKSUM_MISSING', `${release.name} has no checksum to verify, so it is not installed`, {
    why: `${url}: ${reason}`,
    fix: ['Run it again when that address answers', 'spark-dev init --source registries'],
    facts: { url },
  });
}

/** `HEX` alone, or as sha256sum writes it: `HEX  name`. */
function parseChecksum(text: string): string | undefined {
  return /^([0-9a-f]{64})(?:\s+\*?\S+)?\s*$/i.exec(text)?.[1]?.toLowerCase();
}

const sum = z.string().regex(/^[0-9a-f]{64}$/);
const lockSchema = z.strictObject({ version: z.literal(1), sha256: z.record(z.string(), sum) });

/** In the config folder, because this trust must outlive the tools themselves. */
export function lockFile({ directories }: Pick<Host, 'directories'>): string {
  return join(directories.config, 'upstream-lock.json');
}

/** URL → the sha256 of the first download. */
export async function readLock(host: Host): Promise<Readonly<Record<string, string>>> {
  const file = lockFile(host);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return {};
  const read = lockSchema.safeParse(tryJson(text));
  if (read.success) return read.data.sha256;
  throw new SparkDevError('CONFIG_INVALID', `${file} cannot be read`, {
    why: 'It holds the checksums of earlier downloads; without them nothing new is trusted.',
    fix: [`Restore it, or remove it to trust the vendors' current checksums: rm ${file}`],
  });
}

export async function keepInLock(host: Host, url: string, sha256: string): Promise<void> {
  const known = await readLock(host);
  if (known[url] === sha256) return;
  const lock = { version: 1, sha256: { ...known, [url]: sha256 } };
  await writeWhole(lockFile(host), `${JSON.stringify(lock, undefined, 2)}\n`);
}
