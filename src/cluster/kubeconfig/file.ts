import { chown, lstat, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { clusterPlaces } from '../names.js';
import { BrokenKubeconfig, findEntry, holdsAnyOf, putEntry, removeEntry, type KubeconfigEntry } from './edit.js';

/** kubectl's rule (client-go, PathOptions.GetDefaultFilename): the first file of KUBECONFIG that is there, else its last one, else ~/.kube/config. Our private file is none of the user's. */
export async function listUserKubeconfigs(
  host: Host,
): Promise<{ readonly files: readonly string[]; readonly written: string }> {
  const ours = clusterPlaces(host.directories).kubeconfig;
  const files = (host.env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '' && path !== ours);
  const standard = join(host.directories.userHome, '.kube', 'config');
  if (files.length === 0) return { files: [standard], written: standard };
  for (const path of files) if ((await readIfThere(path)) !== undefined) return { files, written: path };
  return { files, written: files.at(-1) ?? standard };
}

/** Puts our entry where kubectl would; an entry of ours in another file of the list is renewed there. */
export async function mergeIntoUserKubeconfig(host: Host, entry: KubeconfigEntry): Promise<string> {
  const path = await ownFile(host, entry.name);
  const text = (await readIfThere(path)) ?? newKubeconfig;
  await editFile(path, text, (before) => putEntry(before, entry));
  return path;
}

/** Answers the files that held something of ours. */
export async function removeFromUserKubeconfig(host: Host, name: string): Promise<readonly string[]> {
  const { files } = await listUserKubeconfigs(host);
  const held: string[] = [];
  for (const path of files) {
    const text = await readIfThere(path);
    if (text === undefined || !text.includes(name)) continue;
    await editFile(path, text, (before) => removeEntry(before, name));
    if ((await readFile(path, 'utf8')) !== text) held.push(path);
  }
  return held;
}

export type UserEntryState =
  | { readonly state: 'absent' | 'stale' | 'there'; readonly path: string }
  | { readonly state: 'broken'; readonly path: string; readonly reason: string };

/** Without a wanted entry (a stopped cluster has none) any of our name will do. */
export async function observeUserEntry(
  host: Host,
  wanted: KubeconfigEntry | undefined,
  name: string,
): Promise<UserEntryState> {
  const { written } = await listUserKubeconfigs(host);
  try {
    const path = await ownFile(host, name);
    const text = (await readIfThere(path)) ?? '';
    const found = explainBroken(path, () => findEntry(text, name));
    if (found === undefined) return { state: 'absent', path };
    return { state: wanted === undefined || isDeepStrictEqual(found, wanted) ? 'there' : 'stale', path };
  } catch (error) {
    if (!(error instanceof SparkDevError)) throw error;
    return { state: 'broken', path: written, reason: `${error.what}: ${error.why ?? ''}` };
  }
}

/** No current-context: choosing one is the user's business, also in a file that we begin. */
const newKubeconfig = 'apiVersion: v1\nkind: Config\n';

async function ownFile(host: Host, name: string): Promise<string> {
  const { files, written } = await listUserKubeconfigs(host);
  for (const path of files) {
    const text = await readIfThere(path);
    if (text?.includes(name) === true && explainBroken(path, () => holdsAnyOf(text, name))) return path;
  }
  return written;
}

async function editFile(path: string, text: string, edit: (before: string) => string): Promise<void> {
  const edited = explainBroken(path, () => edit(text));
  if (edited !== text || (await readIfThere(path)) === undefined) await replaceFile(path, edited);
}

function explainBroken<Value>(path: string, action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof BrokenKubeconfig)) throw error;
    throw new SparkDevError('KUBECONFIG_BROKEN', `${path} was left as it is`, {
      why: error.message,
      fix: [`Mend line ${String(error.line)} of ${path} and run it again`],
      facts: { path, line: error.line, column: error.column },
    });
  }
}

/** Atomic, through a symbolic link to the file behind it, with its mode and owner; kubectl's own lock file keeps the two apart. */
async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  await mkdir(dirname(target), { recursive: true, mode: 0o750 });
  const before = await stat(target).catch(() => undefined);
  const lockPath = `${target}.lock`;
  const lock = await open(lockPath, 'wx').catch((error: unknown) => {
    throw new SparkDevError('KUBECONFIG_BROKEN', `${path} was left as it is`, {
      why: `${lockPath} cannot be made: kubectl may be writing at this moment (${error instanceof Error ? error.message : String(error)})`,
      fix: [`Remove ${lockPath} if no kubectl is running, and run it again`],
    });
  });
  const draft = join(dirname(target), `.${basename(target)}.spark-dev-${String(process.pid)}`);
  try {
    const mode = (before?.mode ?? 0o600) & 0o777;
    const file = await open(draft, 'w', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    const made = await lstat(draft);
    if (before !== undefined && (before.uid !== made.uid || before.gid !== made.gid))
      await chown(draft, before.uid, before.gid);
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
    await lock.close();
    await rm(lockPath, { force: true });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('code' in error && error.code === 'ENOENT') return undefined;
    throw new SparkDevError('KUBECONFIG_BROKEN', `${path} cannot be read`, {
      why: error.message,
      fix: [`Make ${path} readable and run it again`],
    });
  }
}
