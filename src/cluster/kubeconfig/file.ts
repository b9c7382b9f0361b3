import { isDeepStrictEqual } from 'node:util';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { editFile, explainBroken, readIfThere } from './edit-file.js';
import { findEntry, holdsAnyOf, putEntry, removeEntry, type KubeconfigEntry } from './edit.js';
import { listUserKubeconfigs, type PassedOver } from './user-files.js';

/** Puts our entry where kubectl would; an entry of ours in another file of the list is renewed there. */
export async function mergeIntoUserKubeconfig(host: Host, entry: KubeconfigEntry): Promise<string> {
  const path = await ownFile(host, entry.name);
  await editFile(host, path, (before) => putEntry(before ?? newKubeconfig, entry));
  return path;
}

export interface Removal {
  /** Files that held something of ours. */
  readonly edited: readonly string[];
  /** Files that may hold something of ours and cannot be edited. */
  readonly left: readonly SparkDevError[];
}

/** One file that cannot be edited is no reason to leave our entry in the others. */
export async function removeFromUserKubeconfig(host: Host, name: string): Promise<Removal> {
  const { files } = await listUserKubeconfigs(host);
  const edited: string[] = [];
  const left: SparkDevError[] = [];
  for (const path of files) {
    try {
      const remove = (before: string | undefined): string | undefined =>
        before?.includes(name) === true ? removeEntry(before, name) : before;
      if (await editFile(host, path, remove)) edited.push(path);
    } catch (error) {
      if (!(error instanceof SparkDevError)) throw error;
      left.push(error);
    }
  }
  return { edited, left };
}

export type UserEntryState = { readonly path: string; readonly passedOver: readonly PassedOver[] } & (
  { readonly state: 'absent' | 'stale' | 'there' } | { readonly state: 'broken'; readonly reason: string }
);

/** Without a wanted entry (a stopped cluster has none) any of our name will do. */
export async function observeUserEntry(
  host: Host,
  wanted: KubeconfigEntry | undefined,
  name: string,
): Promise<UserEntryState> {
  const { written, passedOver } = await listUserKubeconfigs(host);
  try {
    const path = await ownFile(host, name);
    const text = (await readIfThere(path)) ?? '';
    const found = explainBroken(path, () => findEntry(text, name));
    if (found === undefined) return { state: 'absent', path, passedOver };
    return { state: wanted === undefined || isDeepStrictEqual(found, wanted) ? 'there' : 'stale', path, passedOver };
  } catch (error) {
    if (!(error instanceof SparkDevError)) throw error;
    return { state: 'broken', path: written, passedOver, reason: `${error.what}: ${error.why ?? ''}` };
  }
}

/** No current-context: choosing one is the user's business, also in a file that we begin. */
const newKubeconfig = 'apiVersion: v1\nkind: Config\n';

/** A broken file is passed over here: it matters only where it is the one to be written. */
async function ownFile(host: Host, name: string): Promise<string> {
  const { files, written } = await listUserKubeconfigs(host);
  for (const path of files) {
    try {
      const text = (await readIfThere(path)) ?? '';
      if (text.includes(name) && explainBroken(path, () => holdsAnyOf(text, name))) return path;
    } catch (error) {
      if (!(error instanceof SparkDevError)) throw error;
    }
  }
  return written;
}
