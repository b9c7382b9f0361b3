import { stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Host } from '../../ports/host.js';
import { clusterPaths } from '../names.js';

/** Something in KUBECONFIG that can be no kubeconfig. */
export interface SkippedFile {
  readonly path: string;
  readonly why: string;
}

export interface UserKubeconfigs {
  /** In the order in which the first that says something wins; some may not be there yet. */
  readonly files: readonly string[];
  readonly written: string;
  readonly passedOver: readonly SkippedFile[];
}

/** kubectl's rule (client-go, PathOptions.GetDefaultFilename): the first file of KUBECONFIG that is there is written, else its last one, else ~/.kube/config. Our private file is none of the user's. */
export async function listUserKubeconfigs(host: Host): Promise<UserKubeconfigs> {
  const ours = clusterPaths(host.directories).kubeconfig;
  const named = (host.env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '' && path !== ours);
  const standard = join(host.directories.userHome, '.kube', 'config');
  const paths = named.length === 0 ? [standard] : [...new Set(named)];
  const looked = await Promise.all(paths.map(async (path) => ({ path, kind: await kindOf(path) })));
  const files = looked.filter(({ kind }) => kind !== 'directory');
  const first = files.find(({ kind }) => kind === 'file') ?? files.at(-1);
  return {
    files: files.map(({ path }) => path),
    written: first?.path ?? paths.at(-1) ?? standard,
    passedOver: looked
      .filter(({ kind }) => kind === 'directory')
      .map(({ path }) => ({ path, why: 'it is a directory, and kubectl stops at it' })),
  };
}

/** One that cannot even be looked at is there all the same; reading it will tell why. */
async function kindOf(path: string): Promise<'file' | 'directory' | 'missing'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code !== 'ENOENT' && error.code !== 'ENOTDIR'
      ? 'file'
      : 'missing';
  }
}
