import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { OverlayFiles } from './kustomize/overlay-paths.js';
import type { OverlayProblem } from './kustomize/read-yaml.js';

/** More, or larger, is not an overlay: it would be copied into each run. */
const mostFiles = 200;
const mostBytes = 1024 * 1024;

export interface ReadFolder {
  /** By path below the folder, with `/` on every system. */
  readonly files: OverlayFiles;
  readonly problems: readonly OverlayProblem[];
}

/** The texts of a folder and all below. A link that leads out of it is a problem, as kustomize refuses what lies outside. */
export async function readOverlayFolder(folder: string): Promise<ReadFolder> {
  const root = await realpath(folder);
  const files: Record<string, string> = {};
  const problems: OverlayProblem[] = [];
  for (const entry of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, entry);
    const file = relative(folder, path).split(sep).join('/');
    const complain = (message: string): void => void problems.push({ file, line: 1, message });
    const seen = await lstat(path);
    if (seen.isDirectory()) continue;
    const target = await realpath(path).catch(() => undefined);
    if (target === undefined) complain('is a link to nothing');
    else if (!isBelow(root, target)) complain('is a link that leads out of the overlay');
    else if (seen.isSymbolicLink() && (await lstat(target)).isDirectory()) complain('is a link to a folder');
    else if ((await lstat(target)).size > mostBytes) complain(`is larger than ${String(mostBytes)} bytes`);
    else if (!(await lstat(target)).isFile()) complain('is not a file');
    else files[file] = await readFile(path, 'utf8');
    if (Object.keys(files).length > mostFiles) {
      complain(`is one of more than ${String(mostFiles)} files`);
      break;
    }
  }
  return { files, problems };
}

export function isBelow(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}
