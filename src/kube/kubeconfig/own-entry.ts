import { readFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Directories } from '../../ports/host.js';
import { clusterPaths } from '../names.js';
import type { EntryPieces } from './edit.js';
import { findRealPath } from '../../files/paths.js';

/** Whether an entry belongs to this home's cluster: it trusts this home's authority, or names files in its data folder. The name proves nothing. */
export type EntryProof = (pieces: EntryPieces, file: string) => boolean;

export async function readEntryProof({ directories }: { readonly directories: Directories }): Promise<EntryProof> {
  const home = findRealPath(directories.data);
  const authorities = await readAuthorities(directories);
  return ({ cluster = {}, user = {} }, file) => {
    const isBelow = (path: unknown): boolean =>
      typeof path === 'string' && findRealPath(resolve(dirname(file), path)).startsWith(home + sep);
    const data = cluster['certificate-authority-data'];
    const trusted = typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8').trim() : '';
    return (
      authorities.includes(trusted) || isBelow(cluster['certificate-authority']) || isBelow(user['client-certificate'])
    );
  };
}

/** The certificate of this home's authority, as minikube made it and as it was at the end of the last init. */
export function authorityFiles(directories: Directories): { readonly made: string; readonly kept: string } {
  return {
    made: join(clusterPaths(directories).minikubeHome, '.minikube', 'ca.crt'),
    kept: join(directories.data, 'authority.crt'),
  };
}

export async function readAuthorities(directories: Directories): Promise<readonly string[]> {
  const files = Object.values(authorityFiles(directories));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.map((text) => text.trim()).filter((text) => text.startsWith('-----BEGIN CERTIFICATE-----'));
}
