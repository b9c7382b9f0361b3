import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { cp, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { listOwnFolders } from '../config/own-folders.js';
import { listFormed, type OwnFolder } from '../config/own-forms.js';
import type { Host } from '../ports/host.js';
import { isThere, fileSize, listFiles, readJson } from '../files/paths.js';
import { codeOf } from '../errors/spark-dev-error.js';

/** Environment variable with the file or folder that a child is making: `clean` finds children that outlived their spark-dev by it. */
export const workVariable = 'SPARK_DEV_RUN_FOLDER';

const hour = 3_600_000;
/** For makers that cannot be checked: on another machine with the same home folder, or from another version. */
const abandonedAfterMs = 3 * hour;
/** The pid of a dead process is reused some day. */
const staleAfterMs = 24 * hour;

/** Names the maker, so that others leave it alone while that process lives. */
function maker(): string {
  return `${machine()}-${String(process.pid)}`;
}

/** Pids are unique in one pid namespace of one machine: containers on the host's network share its name but have their own pids. */
function machine(): string {
  return createHash('sha256').update(`${hostname()} ${readNamespace()}`).digest('hex').slice(0, 6);
}

/** Empty if the kernel has none. */
function readNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Next to its final location, on the same disk; `complete` renames it. */
export function halfMadeName(path: string): string {
  return `${path}.${maker()}-${randomBytes(2).toString('hex')}.part`;
}

export function halfMadePrefix(prefix: string): string {
  return `${prefix}${maker()}-`;
}

/** Synced to disk before it gets its final name, so that a power cut leaves no empty files under a trusted name. */
export async function complete(part: string, path: string): Promise<void> {
  await syncTree(part);
  await rename(part, path);
  await sync(dirname(path));
}

/** For the `catch` of a rename: a concurrent run that was faster has made the same. */
export function unlessThere(path: string): (error: unknown) => Promise<void> {
  return async (error) => {
    if (!(await isThere(path))) throw error;
  };
}

/** What is made under another name appears complete. */
export async function makeWhole(path: string, make: (part: string) => Promise<unknown>): Promise<void> {
  const part = halfMadeName(path);
  await mkdir(dirname(path), { recursive: true });
  try {
    await make(part);
    await complete(part, path);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

export async function writeWhole(path: string, text: string): Promise<void> {
  await makeWhole(path, (part) => writeFile(part, text));
}

/** Renames it before the first file is removed, so that a kill leaves nothing that looks complete. */
async function removeAtOnce(path: string): Promise<void> {
  const aside = halfMadeName(path);
  await rename(path, aside);
  await rm(aside, { recursive: true, force: true });
}

async function syncTree(path: string): Promise<void> {
  if (!(await stat(path)).isDirectory()) return sync(path);
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const inside = entries.filter((entry) => entry.isFile() || entry.isDirectory());
  const paths = [path, ...inside.map((entry) => join(entry.parentPath, entry.name))];
  for (let at = 0; at < paths.length; at += 32) await Promise.all(paths.slice(at, at + 32).map(sync));
}

/** Some file systems cannot sync folders; the rename is then as safe as they make it. */
async function sync(path: string): Promise<void> {
  const file = await open(path, 'r').catch(() => undefined);
  try {
    await file?.sync().catch((error: unknown) => {
      if (['EIO', 'ENOSPC', 'EDQUOT'].includes(codeOf(error))) throw error;
    });
  } finally {
    await file?.close();
  }
}

export async function isAbandoned(
  host: Pick<Host, 'clock' | 'directories' | 'platform'>,
  path: string,
): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  const ageMs = host.clock.now() - found.mtimeMs;
  if (makerOf(host, path) === undefined) return ageMs > abandonedAfterMs;
  return ageMs > staleAfterMs || isMakerGone(host, path);
}

/** False if that cannot be determined. */
export async function isMakerGone(host: Pick<Host, 'directories' | 'platform'>, path: string): Promise<boolean> {
  const pid = makerOf(host, path);
  if (pid === undefined || pid === String(process.pid)) return false;
  return !(await isThere(join(host.directories.system, 'proc', pid)));
}

/** Its process, if it is on this machine and the kernel provides process information. */
function makerOf({ platform }: Pick<Host, 'platform'>, path: string): string | undefined {
  const [, by, pid] = /([0-9a-f]{6})-(\d+)-\w+(?:\.part)?$/.exec(path) ?? [];
  return by === machine() && platform.os === 'linux' ? pid : undefined;
}

type Place = readonly [kind: OwnFolder, inner: readonly string[], half: RegExp];

const part = /\.part$/;

/** The half-made ones among our names. */
const halfMadePlaces: readonly Place[] = [
  ['cache', ['jars'], part],
  ['cache', ['image-python'], part],
  ['cache', ['modules'], part],
  ['cache', ['spark'], part],
  ['cache', ['jre'], part],
  ['cache', ['maven-packages'], part],
  ['cache', ['python-packages'], part],
  ['cache', ['class-archives'], part],
  ['cache', ['downloads'], /\.part$|\.damaged$|^go-/],
  // image builds hold the lock and do not take hours
  ['cache', ['build'], /./],
  ['cache', [], /^look-|\.part$/],
  ['data', [], /^\.restoring-|\.part$/],
  ['data', ['images'], /\.partial$|\.part$/],
];

/** Called before something new is made there. */
export async function sweepAbandoned(host: Host): Promise<void> {
  for (const path of await listAbandoned(host)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
}

/** Left by a killed run, download or build, with nobody to finish it. */
export async function listAbandoned(host: Host): Promise<readonly string[]> {
  const { directories } = host;
  const ours = await listOwnFolders(directories);
  const tools = (await listFormed(directories, 'data', 'tools')).map((name): Place => [
    'data',
    ['tools', name],
    /^\.building-/,
  ]);
  const found = await Promise.all(
    [...halfMadePlaces, ...tools]
      .filter(([kind]) => ours.includes(kind))
      .map(async ([kind, inner, half]) => {
        const names = (await listFormed(directories, kind, ...inner)).filter((name) => half.test(name));
        return names.map((name) => join(directories[kind], ...inner, name));
      }),
  );
  const settings = (await readdir(directories.config).catch(() => [])).filter((name) => lockPart.test(name)).sort();
  const paths = [...found.flat(), ...settings.map((name) => join(directories.config, name))];
  const gone = await Promise.all(paths.map((path) => isAbandoned(host, path)));
  return paths.filter((_, index) => gone[index]);
}

/** Copies a file or a folder, also to another disk, where it appears when it is complete. */
export async function moveWhole(from: string, to: string): Promise<void> {
  await complete(from, to).catch(async (error: unknown) => {
    if (codeOf(error) !== 'EXDEV') throw error;
    await makeWhole(to, (part) => cp(from, part, { recursive: true }));
  });
}
/** Everything that we ever write next to a user's settings. */
const lockPart = /^upstream-lock\.json\..*\.part$/;

/** Stored next to the folder, since its contents belong to others. */
function sizesFile(folder: string): string {
  return `${folder}.sizes`;
}

/** Gives a filled folder its name, unless a concurrent run was faster. The sizes of its files are noted, to detect damage without reading everything. */
export async function completeFolder(part: string, folder: string): Promise<void> {
  // measured before the rename: a concurrent run may replace the folder
  const files = await listFiles(part);
  const sizes = await Promise.all(files.map(async (file) => [relative(part, file), await fileSize(file)]));
  await complete(part, folder)
    .then(() => writeWhole(sizesFile(folder), JSON.stringify(Object.fromEntries(sizes))))
    .catch(unlessThere(folder));
}

/** The first missing or truncated file, as a message; undefined if none is, or no sizes were recorded. */
export async function findDamage(folder: string): Promise<string | undefined> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) return undefined;
  // a broken record proves nothing about the folder
  const noted = Object.entries((await readJson(sizesFile(folder))) ?? {});
  const looked = await Promise.all(
    noted.map(async ([file, size]) => {
      const path = join(folder, file);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) return `${path} is missing`;
      return found.size === size ? undefined : `${path} has ${String(found.size)} bytes instead of ${String(size)}`;
    }),
  );
  return looked.find((damage) => damage !== undefined);
}

/** Removes a damaged folder of the cache, so that it is downloaded again. */
export async function removeDamaged(
  { ui }: Pick<Host, 'ui'>,
  folder: string,
  what: string,
  damage: string | undefined,
): Promise<void> {
  if (damage === undefined) return;
  ui.warn(`${what} in the cache is damaged and will be downloaded again: ${damage}`);
  await removeAtOnce(folder);
}
