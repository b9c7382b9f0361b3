import { lstat, realpath, statfs } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';

export const trustVariable = 'SPARK_DEV_TRUST';

/** Windows' own disks in WSL: every mode there is 0777, whoever may write. */
const plan9 = 0x01021997;

type World = Pick<Host, 'directories' | 'env' | 'platform'>;

/** A file that decides what runs counts only where no other user could have written it, as for git's safe.directory. */
export async function requireTrusted(host: World, file: string): Promise<void> {
  // Windows has no uid
  if (host.platform.os === 'win32' || (await isListed(host.env[trustVariable] ?? '', dirname(file)))) return;
  // a link of another user may lead to a file of ours, and paths in that file are relative to the link's folder
  const real = await realpath(file);
  for (const path of new Set([await realpath(dirname(file)), file, dirname(real), real])) {
    const why = await findDistrust(host, path);
    if (why === undefined) continue;
    throw new SparkDevError('CONFIG_INVALID', `${file} could have been written by another user`, {
      why: `${why}, and the file decides what runs here.`,
      fix: [
        ...endSearch(host, file),
        `export ${trustVariable}=${dirname(file)}   # if you trust every user who can write there`,
      ],
      facts: { file, path },
    });
  }
}

/** A stranger's file above a project is no reason to trust the stranger. */
function endSearch({ directories: { working } }: World, file: string): readonly string[] {
  if (dirname(file) === working) return [];
  return [
    `echo 'version: 1' > ${quoteArgv([join(working, 'spark-dev.yaml')])}   # your own settings: the search ends there`,
  ];
}

async function isListed(listed: string, folder: string): Promise<boolean> {
  const trusted = listed.split(delimiter).filter((path) => path !== '');
  if (trusted.length === 0) return false;
  const real = await Promise.all([folder, ...trusted].map((path) => realpath(path).catch(() => undefined)));
  return real.lastIndexOf(real[0]) > 0;
}

async function findDistrust({ platform, env }: World, path: string): Promise<string | undefined> {
  const found = await lstat(path);
  const { uid, gid, mode } = found;
  const sudo = (name: string): number[] => (platform.uid === 0 && env[name] !== undefined ? [Number(env[name])] : []);
  if (![0, platform.uid, ...sudo('SUDO_UID')].includes(uid))
    return `${path} belongs to the user ${String(uid)}, and you are ${String(platform.uid)}`;
  // in a sticky folder nobody can replace what is not theirs, and a link has no mode
  const isSafe = found.isSymbolicLink() || (found.isDirectory() && (mode & 0o1000) !== 0);
  // a user's own group is private on Debian and Fedora, with the umask 002
  const byGroup = (mode & 0o020) !== 0 && ![0, platform.gid, ...sudo('SUDO_GID')].includes(gid);
  if (isSafe || !((mode & 0o002) !== 0 || byGroup) || (await statfs(path)).type === plan9) return undefined;
  return `${path} can be written by ${byGroup ? `the group ${String(gid)}` : 'every user'} (chmod go-w ${path})`;
}
