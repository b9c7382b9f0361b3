import { statSync, statfsSync } from 'node:fs';
import { sep } from 'node:path';
import { quoteArgv } from './quote-argv.js';
import { SparkDevError, type ErrorCode } from './spark-dev-error.js';
import type { Ui } from '../ports/ui.js';

interface DiskTrouble {
  readonly code: Extract<ErrorCode, 'DISK_FULL' | 'DISK_WRITE_FAILED'>;
  readonly why: string;
  readonly fix: (path: string) => readonly string[];
  /** Only file systems report it, so an error without a path counts too. */
  readonly needsNoPath: boolean;
}

const elsewhere = 'Use other folders: SPARK_DEV_HOME=/another/folder';
const owner = (path: string): readonly string[] => [`Check its owner and mode: ls -ld ${path}`, elsewhere];
const look = (path: string): readonly string[] => [`Check it: ls -ld ${path}`, elsewhere];
const again = (path: string): readonly string[] => ['Run it again', ...look(path)];
const mount = (path: string): readonly string[] => [`Check its disk: df ${path}`, elsewhere];
const remount = (path: string): readonly string[] => ['Mount the network disk again', ...mount(path)];
const free = (): readonly string[] => [
  'Free some space and run it again',
  'Put the folders on another disk: SPARK_DEV_HOME=/another/folder',
];
const tooManyFiles = (): readonly string[] => ['Raise the limit: ulimit -n 4096', 'Close other programs'];

const failed = (why: string, fix: DiskTrouble['fix'], needsNoPath = false): DiskTrouble => ({
  code: 'DISK_WRITE_FAILED',
  why,
  fix,
  needsNoPath,
});
const full = (why: string): DiskTrouble => ({ code: 'DISK_FULL', why, fix: free, needsNoPath: true });

/** Every errno that a user or a machine can cause; all others are bugs. */
const troubles: Readonly<Record<string, DiskTrouble>> = {
  ENOSPC: full('No space is left on the disk.'),
  EDQUOT: full('Your disk quota is used up.'),
  EACCES: failed('This user has no access to it.', owner),
  EPERM: failed('This user may not change it.', owner),
  EROFS: failed('The file system is read-only.', mount, true),
  ENOENT: failed('It is missing, or was removed meanwhile.', again),
  ENOTDIR: failed('A parent folder of the path is a file.', look),
  EISDIR: failed('It is a folder, but a file is needed.', look),
  EEXIST: failed('Something else already has that name.', look),
  ENOTEMPTY: failed('Another program wrote into the folder while it was being removed.', again),
  ELOOP: failed('Its symbolic links form a loop.', look),
  ENAMETOOLONG: failed('The path is too long for this file system.', () => [
    'Use a folder with a shorter path: SPARK_DEV_HOME=/another/folder',
  ]),
  EFBIG: failed('The file exceeds the file size limit.', () => ['Raise the limit: ulimit -f unlimited'], true),
  EMFILE: failed('spark-dev has reached its limit of open files.', tooManyFiles, true),
  ENFILE: failed('This machine has reached its limit of open files.', tooManyFiles, true),
  EIO: failed('The disk reported an error.', () => ['Look for disk errors: dmesg', elsewhere], true),
  ETXTBSY: failed('The program is running.', again),
  EBUSY: failed('Another program is using it.', again),
  EXDEV: failed('It is on a different disk than its target.', mount),
  ENODEV: failed('The device is missing.', mount),
  ENXIO: failed('The device is missing.', mount),
  ESTALE: failed('The file server no longer knows the file.', remount, true),
};

type DiskError = NodeJS.ErrnoException & { readonly dest?: string };

interface Found {
  readonly error: DiskError;
  readonly trouble: DiskTrouble;
  readonly path: string | undefined;
}

/** Errors of files, not of sockets or processes, which have an errno too. */
function find(thrown: unknown): Found | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const error: DiskError = thrown;
  const trouble = Object.hasOwn(troubles, error.code ?? '') ? troubles[error.code ?? ''] : undefined;
  if (trouble === undefined || /^(spawn|connect|listen|bind)/.test(error.syscall ?? '')) return undefined;
  const path = error.dest ?? error.path;
  return path === undefined && !trouble.needsNoPath ? undefined : { error, trouble, path };
}

/** Not a network failure; reported as it is. */
export function isDiskTrouble(thrown: unknown): boolean {
  return find(thrown) !== undefined;
}

/**
 * What Node throws when a file system refuses: trouble of the machine, not a bug. `own` are spark-dev's folders: advice to change
 * the owner applies only to them, and a failed write without a path most likely hit the fullest of them.
 */
export function explainDiskError(thrown: unknown, own: readonly string[] = []): SparkDevError | undefined {
  const { code, syscall } = (thrown ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOENT' && (syscall === 'uv_cwd' || syscall === 'process.cwd')) return currentFolderDeleted(thrown);
  const found = find(thrown);
  return found === undefined ? undefined : (explainRoot(found, own) ?? explainTrouble(found, own));
}

function explainTrouble({ error, trouble, path: failedAt }: Found, own: readonly string[]): SparkDevError {
  const isFull = trouble.code === 'DISK_FULL';
  const fullest = isFull ? findFullest(failedAt, own) : undefined;
  const path = failedAt ?? fullest?.folder;
  const fullAt = path === undefined ? 'The disk is full' : `The disk is full at ${path}`;
  const failedFor = path === undefined ? 'A file cannot be read or written' : `${path} cannot be used`;
  const room = fullest === undefined ? '' : ` ${String(fullest.freeBytes)} bytes are free at ${fullest.folder}.`;
  return new SparkDevError(trouble.code, isFull ? fullAt : failedFor, {
    why: `${trouble.why}${room} (${error.message})`,
    fix: trouble.fix(path ?? '.'),
    ...(path === undefined ? {} : { facts: { path, ...(fullest && { freeBytes: fullest.freeBytes }) } }),
    cause: error,
  });
}

function findFullest(path: string | undefined, own: readonly string[]) {
  const below = own.filter((folder) => path?.startsWith(`${folder}${sep}`));
  const free = (below.length > 0 ? below : own).flatMap((folder) => {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return [{ folder, freeBytes: bavail * bsize }];
    } catch {
      return [];
    }
  });
  return free.sort((a, b) => a.freeBytes - b.freeBytes)[0];
}

/** One of spark-dev's folders refused a user other than root because root owns it. */
function explainRoot({ error: cause, path = '' }: Found, own: readonly string[]): SparkDevError | undefined {
  if (cause.code !== 'EACCES' && cause.code !== 'EPERM') return undefined;
  const folder = own.find((one) => path === one || path.startsWith(`${one}${sep}`));
  if (folder === undefined || ownerOf(folder) !== 0) return undefined;
  return new SparkDevError('FOLDER_OF_ROOT', `${folder} belongs to root`, {
    why: `This user may not write there. An earlier run with sudo causes this. (${cause.message})`,
    fix: [`sudo chown -R "$(id -u):$(id -g)" ${quoteArgv([folder])}`, elsewhere],
    facts: { path: folder },
    cause,
  });
}

function ownerOf(folder: string): number | undefined {
  try {
    return statSync(folder).uid;
  } catch {
    return undefined;
  }
}

function currentFolderDeleted(cause: unknown): SparkDevError {
  return new SparkDevError('USAGE', 'The current folder was deleted', {
    why: 'spark-dev starts from the current folder to look for spark-dev.yaml and files.',
    fix: ['cd into a folder that exists, then run it again'],
    cause,
  });
}

/** For side records and caches: if writing them fails, a warning says so and the command continues. */
export async function bestEffort(
  host: { readonly ui: Pick<Ui, 'warn'> },
  what: string,
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    host.ui.warn(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
