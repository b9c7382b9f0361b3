import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host, Directories } from '../ports/host.js';
import { z } from 'zod';
import { writeWhole } from '../toolchain/half-made.js';
import { readJson } from '../files/paths.js';

/** Where images get Debian packages: the mirror this Debian machine uses, otherwise Debian's own archive. */
export interface AptSources {
  readonly archive: string;
  readonly security: string;
  /** Used during the build only; not kept in the image. */
  readonly proxy: string | undefined;
}

export const debianMirrors = {
  archive: 'http://deb.debian.org/debian',
  security: 'http://deb.debian.org/debian-security',
};

/** Needs neither root nor downloaded lists, so the answer is the same before and after apt's first update. */
export async function observeAptSources(host: Host, signal?: AbortSignal): Promise<AptSources> {
  const osRelease = join(host.directories.system, 'etc/os-release');
  const proxy = await observeProxy(host, signal);
  const pinned = await readPinnedMirrors(host.directories);
  if (pinned !== undefined) return { ...pinned, proxy };
  const isDebian = /^ID=debian$/m.test(await readFile(osRelease, 'utf8').catch(() => ''));
  const listed = ['apt-get', '-o', 'Debug::NoLocking=true', 'update', '--print-uris'];
  const uris = isDebian ? (await host.runner.run(listed, { accept: [100], signal })).stdout : '';
  return { ...parseAptUris(uris), proxy };
}

async function observeProxy(host: Host, signal: AbortSignal | undefined): Promise<string | undefined> {
  const proxy = await host.runner.run(['apt-config', 'dump', '--format', '%v%n', 'Acquire::http::Proxy'], { signal });
  return /^https?:.*$/m.exec(proxy.stdout)?.[0] ?? host.env['http_proxy'] ?? host.env['HTTP_PROXY'];
}

/** Identifies the archive by its `-updates` suite, which no third party has. Builds can only use http. */
export function parseAptUris(stdout: string): Omit<AptSources, 'proxy'> {
  const find = (suffix: string): string | undefined =>
    new RegExp(`^'(https?://[^'\n]*?[^'/\n])/+dists/[a-z]+-${suffix}/InRelease'`, 'm').exec(stdout)?.[1];
  return { archive: find('updates') ?? debianMirrors.archive, security: find('security') ?? debianMirrors.security };
}

const mirrorsSchema = z.object({ archive: z.url(), security: z.url() });

type PinnedMirrors = z.infer<typeof mirrorsSchema>;

/** Images from a bundle are identified by the mirrors that made them, which may differ from this machine's. */
export function pinnedMirrorsFile(directories: Pick<Directories, 'data'>): string {
  return join(directories.data, 'images', 'apt-sources.json');
}

async function readPinnedMirrors(directories: Pick<Directories, 'data'>): Promise<PinnedMirrors | undefined> {
  return mirrorsSchema.safeParse(await readJson(pinnedMirrorsFile(directories))).data;
}

export async function pinMirrors(directories: Pick<Directories, 'data'>, mirrors: PinnedMirrors): Promise<void> {
  await writeWhole(pinnedMirrorsFile(directories), `${JSON.stringify(mirrors)}\n`);
}
