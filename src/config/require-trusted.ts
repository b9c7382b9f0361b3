import { lstat, realpath, statfs, readFile, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { quoteArgv } from '../errors/quote-argv.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import { isUtf8 } from 'node:buffer';

const trustVariable = 'SPARK_DEV_TRUST';

/** Windows' own disks in WSL: every mode there is 0777, independent of who can write. */
const plan9 = 0x01021997;

type World = Pick<Host, 'directories' | 'env' | 'platform'>;

/** A file that decides what runs is only used if no other user could have written it, like git's safe.directory. */
export async function requireTrusted(host: World, file: string): Promise<void> {
  // Windows has no uid
  if (host.platform.os === 'win32' || (await isListed(host.env[trustVariable] ?? '', dirname(file)))) return;
  // another user's link may point to our file, and the file's paths are relative to the link's folder
  const real = await realpath(file);
  const { working } = host.directories;
  for (const path of new Set([await realpath(dirname(file)), file, dirname(real), real])) {
    const why = await findDistrust(host, path);
    if (why === undefined) continue;
    throw new SparkDevError('CONFIG_INVALID', `${file} could have been written by another user`, {
      why: `${why}, and this file decides what runs.`,
      fix: [
        // trusting a foreign file above a project would trust its owner
        ...(dirname(file) === working
          ? []
          : [
              `echo 'version: 1' > ${quoteArgv([join(working, 'spark-dev.yaml')])}   # your own settings; the search stops there`,
            ]),
        `export ${trustVariable}=${dirname(file)}   # if you trust every user who can write there`,
      ],
      facts: { file, path },
    });
  }
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
    return `${path} belongs to user ${String(uid)}, but you are user ${String(platform.uid)}`;
  // in a sticky folder nobody can replace other users' files, and a link has no mode
  const isSafe = found.isSymbolicLink() || (found.isDirectory() && (mode & 0o1000) !== 0);
  // a user's own group is private on Debian and Fedora, with the umask 002
  const byGroup = (mode & 0o020) !== 0 && ![0, platform.gid, ...sudo('SUDO_GID')].includes(gid);
  if (isSafe || !((mode & 0o002) !== 0 || byGroup) || (await statfs(path)).type === plan9) return undefined;
  return `${path} is writable by ${byGroup ? `group ${String(gid)}` : 'every user'} (chmod go-w ${path})`;
}

type ReadText = { readonly text: string } | { readonly message: string; readonly line: number };

/** A text file written by people, or why it is none: nothing too large, binary or in another encoding is parsed. */
export async function readText(file: string, mostBytes: number): Promise<ReadText> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return { message: 'is not a file', line: 1 };
    if (found.size > mostBytes)
      return { message: `${String(found.size)} bytes is too large (${String(mostBytes)} at most)`, line: 1 };
    return decode(await readFile(file));
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error), line: 1 };
  }
}

function decode(bytes: Buffer): ReadText {
  if (bytes.includes(0)) return { message: 'is not a text file', line: 1 };
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') };
  // latin1 keeps one character per byte, and no byte of a longer character is a line feed
  const lines = bytes.toString('latin1').split('\n');
  const broken = lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')));
  return { message: 'is not UTF-8: save the file in that encoding', line: broken + 1 };
}
