import { isDeepStrictEqual } from 'node:util';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { editFile, explainBroken, readIfThere } from './edit-file.js';
import { findEntry, findPieces, holdsAnyOf, putEntry, removeEntry, type KubeconfigEntry } from './edit.js';
import { readEntryProof, type EntryProof } from './own-entry.js';
import { clusterPaths } from '../names.js';
import { listUserKubeconfigs, type SkippedFile } from './user-files.js';

/** Writes our entry to the file that kubectl would write, or renews it in the file that has it. Throws IN_USE if another cluster has the name. */
export async function mergeIntoUserKubeconfig(host: Host, entry: KubeconfigEntry): Promise<string> {
  const isOwn = await readEntryProof(host);
  const { path } = await chooseFile(host, entry.name, isOwn);
  await editFile(host, path, (before) => {
    if (before !== undefined && isTaken(before, entry.name, path, isOwn)) throw takenName(host, path, entry.name);
    return putEntry(before ?? newKubeconfig, entry);
  });
  return path;
}

/** Checked again under the lock: the file may have changed since. */
function isTaken(text: string, name: string, path: string, isOwn: EntryProof): boolean {
  return text.includes(name) && holdsAnyOf(text, name) && !isOwn(findPieces(text, name), path);
}

function takenName({ directories }: Host, path: string, name: string): SparkDevError {
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
export async function removeFromUserKubeconfig(host: Host, name: string): Promise<KubeconfigRemoval> {
  const { files } = await listUserKubeconfigs(host);
  const isOwn = await readEntryProof(host);
  const edited: string[] = [];
  const left: SparkDevError[] = [];
  for (const path of files) {
    try {
      const remove = (before: string | undefined): string | undefined =>
        before?.includes(name) === true && !isTaken(before, name, path, isOwn) ? removeEntry(before, name) : before;
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
export async function observeUserEntry(
  host: Host,
  wanted: KubeconfigEntry | undefined,
  name: string,
): Promise<UserEntryState> {
  const { written, passedOver } = await listUserKubeconfigs(host);
  try {
    const isOwn = await readEntryProof(host);
    const { path, isForeign } = await chooseFile(host, name, isOwn);
    if (isForeign) return { state: 'foreign', path, passedOver };
    const text = (await readIfThere(path)) ?? '';
    const found = explainBroken(path, () => findEntry(text, name));
    if (found === undefined) return { state: 'absent', path, passedOver };
    return { state: wanted === undefined || isDeepStrictEqual(found, wanted) ? 'there' : 'stale', path, passedOver };
  } catch (error) {
    if (!(error instanceof SparkDevError)) throw error;
    return { state: 'broken', path: written, passedOver, reason: `${error.what}: ${error.why ?? ''}` };
  }
}

/** No current-context: the user chooses it, even in a file that we create. */
const newKubeconfig = 'apiVersion: v1\nkind: Config\n';

/**
 * The file with this home's entry, otherwise the one with another home's, otherwise where kubectl writes. Broken files are
 * skipped unless they are the one to write.
 */
async function chooseFile(
  host: Host,
  name: string,
  isOwn: EntryProof,
): Promise<{ readonly path: string; readonly isForeign: boolean }> {
  const { files, written } = await listUserKubeconfigs(host);
  let taken: string | undefined;
  for (const path of files) {
    try {
      const text = (await readIfThere(path)) ?? '';
      if (!text.includes(name) || !explainBroken(path, () => holdsAnyOf(text, name))) continue;
      if (isOwn(findPieces(text, name), path)) return { path, isForeign: false };
      taken ??= path;
    } catch (error) {
      if (!(error instanceof SparkDevError)) throw error;
    }
  }
  return { path: taken ?? written, isForeign: taken !== undefined };
}
