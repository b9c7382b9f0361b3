import { readFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { findRealPath } from '../../files/real-path.js';
import type { Directories } from '../../ports/host.js';
import { clusterPaths } from '../names.js';
import type { KubeconfigEntry } from './edit.js';

type Pieces = Partial<Omit<KubeconfigEntry, 'name'>>;

/** Whether an entry belongs to this home's cluster: it trusts this home's authority, or names files in its data folder. The name proves nothing. */
export type EntryProof = (pieces: Pieces, file: string) => boolean;

export async function readEntryProof({ directories }: { readonly directories: Directories }): Promise<EntryProof> {
  const { minikubeHome } = clusterPaths(directories);
  const home = findRealPath(directories.data);
  const authority = (await readFile(join(minikubeHome, '.minikube', 'ca.crt'), 'utf8').catch(() => '')).trim();
  return ({ cluster = {}, user = {} }, file) => {
    const isBelow = (path: unknown): boolean =>
      typeof path === 'string' && findRealPath(resolve(dirname(file), path)).startsWith(home + sep);
    const data = cluster['certificate-authority-data'];
    const trusted = typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8').trim() : '';
    return (
      (trusted !== '' && trusted === authority) ||
      isBelow(cluster['certificate-authority']) ||
      isBelow(user['client-certificate'])
    );
  };
}
