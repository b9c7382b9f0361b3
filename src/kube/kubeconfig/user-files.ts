import { stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { codeOf } from '../../errors/error-code.js';
import type { Host } from '../../ports/host.js';
import { clusterPaths } from '../names.js';

/** A path in KUBECONFIG that cannot be a kubeconfig. */
export interface SkippedFile {
  readonly path: string;
  readonly why: string;
}

export interface UserKubeconfigs {
  /** In order of precedence; some may not exist yet. */
  readonly files: readonly string[];
  readonly written: string;
  readonly passedOver: readonly SkippedFile[];
}

/**
 * kubectl's rule (client-go, PathOptions.GetDefaultFilename): the first existing file of KUBECONFIG is written, else its last
 * one, else ~/.kube/config. Our private file is not one of the user's.
 */
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

/** A file that cannot be inspected counts as existing; reading it reports the reason. */
async function kindOf(path: string): Promise<'file' | 'directory' | 'missing'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(codeOf(error)) ? 'missing' : 'file';
  }
}
