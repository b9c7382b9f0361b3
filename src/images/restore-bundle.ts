import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { extract } from 'tar';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { RunningStep } from '../steps/apply.js';
import { type BundledFile, type BundleManifest, placeOf } from './bundle-manifest.js';
import { moveWhole } from '../toolchain/half-made.js';
import { requireFreeDisk } from './free-disk.js';
import { isBelow, isThere, sumOf } from '../files/paths.js';

const workPrefix = '.restoring-';

export interface Restored {
  readonly placed: readonly string[];
  readonly wereThere: readonly string[];
}

interface RestoreRequest {
  readonly signal: AbortSignal;
  readonly step: Pick<RunningStep, 'progress'>;
}

/** Unpacks next to the final locations, verifies every checksum, and only then renames each unit into place. */
export async function restoreBundle(
  host: Host,
  file: string,
  manifest: BundleManifest,
  request: RestoreRequest,
): Promise<Restored> {
  const { data } = host.directories;
  const [placed, wereThere]: readonly [string[], string[]] = [[], []];
  for (const { path } of manifest.units)
    ((await isThere(placeOf(host.directories, path))) ? wereThere : placed).push(path);
  const files = manifest.files.filter(({ path }) => placed.some((unit) => isBelow(unit, path, '/')));
  const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
  await requireFreeDisk(data, bytes, 'Restoring the bundle');
  await mkdir(data, { recursive: true });
  // left by a killed restore; the lock prevents a second one meanwhile
  for (const name of (await readdir(data)).filter((one) => one.startsWith(workPrefix)))
    await rm(join(data, name), { recursive: true, force: true });
  const work = await mkdtemp(join(data, workPrefix));
  try {
    await unpack(file, work, files, request);
    await verify(file, work, files, request);
    for (const path of placed) {
      const to = placeOf(host.directories, path);
      await mkdir(dirname(to), { recursive: true });
      await moveWhole(join(work, path), to);
    }
    return { placed, wereThere };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function unpack(
  file: string,
  work: string,
  files: readonly BundledFile[],
  { signal, step }: RestoreRequest,
): Promise<void> {
  const wanted = new Map(files.map(({ path, bytes }) => [path, bytes]));
  let count = 0;
  const unpacking = extract({
    file,
    cwd: work,
    strict: false,
    preserveOwner: false,
    // A link could point outside the folder. The manifest lists every file, its size, and each only once.
    filter: (path, entry) => {
      signal.throwIfAborted();
      const isWanted =
        'type' in entry && entry.type === 'File' && wanted.get(path) === entry.size && wanted.delete(path);
      if (isWanted) step.progress(`unpacking ${path}`, (count += 1), files.length);
      return isWanted;
    },
  });
  // The checksum pass finds and names whatever a damaged archive failed to deliver.
  await unpacking.catch((error: unknown) => {
    if (!isOfArchive(error)) throw error;
  });
}

function isOfArchive(error: unknown): boolean {
  const { code, tarCode } = error as { readonly code?: unknown; readonly tarCode?: unknown };
  return tarCode !== undefined || /^(TAR|Z)_/.test(String(code));
}

async function verify(
  bundle: string,
  work: string,
  files: readonly BundledFile[],
  { signal, step }: RestoreRequest,
): Promise<void> {
  for (const [index, file] of files.entries()) {
    step.progress(`checking ${file.path}`, index + 1, files.length);
    const path = join(work, file.path);
    const found = (await isThere(path)) ? await sumOf(path, signal) : 'absent';
    if (found === file.sha256) continue;
    throw new SparkDevError('CHECKSUM_MISMATCH', `${bundle} is damaged; nothing was installed`, {
      why:
        found === 'absent'
          ? `It ends before ${file.path}, or the size differs from the manifest.`
          : `${file.path} has the sha256 ${found}, but the manifest says ${file.sha256}.`,
      fix: ['Copy the bundle again and compare its size', 'spark-dev images save FILE'],
      facts: { path: file.path, expected: file.sha256, found },
    });
  }
}
