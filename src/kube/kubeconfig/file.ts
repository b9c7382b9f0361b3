import { isDeepStrictEqual } from 'node:util';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { clusterPaths, profileName as name } from '../names.js';
import {
  editFile,
  explainBroken,
  readIfThere,
  listUserKubeconfigs,
  type SkippedFile,
  type UserKubeconfigs,
} from './edit-file.js';
import { findEntry, findPieces, putEntry, removeEntry, type KubeconfigEntry } from './edit.js';
import { readEntryProof, type EntryProof } from './own-entry.js';

/** Writes our entry to the file that kubectl would write, or renews it in the file that has it. Throws IN_USE if another cluster has the name. */
export async function mergeIntoUserKubeconfig(host: Host, entry: KubeconfigEntry): Promise<string> {
  const isOwn = await readEntryProof(host);
  const { path } = await chooseFile(await listUserKubeconfigs(host), isOwn);
  await editFile(host, path, (before) => {
    // again under the lock: the file may have changed since
    if (whose(before, path, isOwn) === 'foreign') throw takenName(host, path);
    return putEntry(before ?? emptyKubeconfig, entry);
  });
  return path;
}

/** No current-context: the user chooses it, even in a file that we create. */
export const emptyKubeconfig = 'apiVersion: v1\nkind: Config\n';

/** Whose entry of our name is in the file. Throws KUBECONFIG_BROKEN. */
function whose(text: string | undefined, path: string, isOwn: EntryProof): 'own' | 'foreign' | 'absent' {
  if (text?.includes(name) !== true) return 'absent';
  const pieces = explainBroken(path, () => findPieces(text, name));
  if (pieces === undefined) return 'absent';
  return isOwn(pieces, path) ? 'own' : 'foreign';
}

function takenName({ directories }: Host, path: string): SparkDevError {
  return new SparkDevError('IN_USE', `${path} has an entry ${name} for another cluster, which is kept`, {
    why: `That entry does not trust the certificate authority of the cluster below ${directories.data}.`,
    fix: [
      `kubectl --kubeconfig ${clusterPaths(directories).kubeconfig} --context ${name} get pods`,
      `Rename the cluster, user and context ${name} in ${path}, then: spark-dev init`,
    ],
  });
}

export interface KubeconfigRemoval {
  readonly edited: readonly string[];
  /** Files that may have our entry but cannot be edited. */
  readonly left: readonly SparkDevError[];
}

/** Continues after a file that cannot be edited: the others must not keep our entry. */
export async function removeFromUserKubeconfig(host: Host): Promise<KubeconfigRemoval> {
  const { files } = await listUserKubeconfigs(host);
  const isOwn = await readEntryProof(host);
  const edited: string[] = [];
  const left: SparkDevError[] = [];
  for (const path of files) {
    try {
      const remove = (before: string | undefined): string | undefined =>
        before !== undefined && whose(before, path, isOwn) === 'own' ? removeEntry(before, name) : before;
      if (await editFile(host, path, remove)) edited.push(path);
    } catch (error) {
      if (!(error instanceof SparkDevError)) throw error;
      left.push(error);
    }
  }
  return { edited, left };
}

export type UserEntryState = { readonly path: string; readonly passedOver: readonly SkippedFile[] } & (
  { readonly state: 'absent' | 'stale' | 'there' | 'foreign' } | { readonly state: 'broken'; readonly reason: string }
);

/** A stopped cluster has no wanted entry; then any entry of this home counts. */
export async function observeUserEntry(host: Host, wanted: KubeconfigEntry | undefined): Promise<UserEntryState> {
  const user = await listUserKubeconfigs(host);
  const { passedOver } = user;
  try {
    const { path, isForeign } = await chooseFile(user, await readEntryProof(host));
    if (isForeign) return { state: 'foreign', path, passedOver };
    const text = (await readIfThere(path)) ?? '';
    const found = explainBroken(path, () => findEntry(text, name));
    if (found === undefined) return { state: 'absent', path, passedOver };
    return { state: wanted === undefined || isDeepStrictEqual(found, wanted) ? 'there' : 'stale', path, passedOver };
  } catch (error) {
    if (!(error instanceof SparkDevError)) throw error;
    return { state: 'broken', path: user.written, passedOver, reason: `${error.what}: ${error.why ?? ''}` };
  }
}

/**
 * The file with this home's entry, otherwise the one with another home's, otherwise where kubectl writes. Broken files are
 * skipped unless they are the one to write.
 */
async function chooseFile(
  { files, written }: UserKubeconfigs,
  isOwn: EntryProof,
): Promise<{ readonly path: string; readonly isForeign: boolean }> {
  let taken: string | undefined;
  for (const path of files) {
    try {
      const found = whose(await readIfThere(path), path, isOwn);
      if (found === 'own') return { path, isForeign: false };
      if (found === 'foreign') taken ??= path;
    } catch (error) {
      if (!(error instanceof SparkDevError)) throw error;
    }
  }
  return { path: taken ?? written, isForeign: taken !== undefined };
}
