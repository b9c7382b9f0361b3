import { lstat, mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { OverlayFiles } from './kustomize/kustomization.js';
import { isBelow } from '../files/paths.js';
import { readText } from '../config/require-trusted.js';

/** Anything larger is not an overlay: it would be copied into each run. */
const mostFiles = 200;
const mostBytes = 1024 * 1024;

/** Something that kustomize refuses, or silently ignores. */
export interface OverlayProblem {
  /** Below the overlay. */
  readonly file: string;
  /** Counted from 1, if known. */
  readonly line?: number;
  readonly message: string;
}

export interface ReadFolder {
  /** By path below the folder, with `/` on every system. */
  readonly files: OverlayFiles;
  readonly problems: readonly OverlayProblem[];
}

/** The texts of a folder and everything below. A link that leaves the folder is a problem, since kustomize refuses files outside. */
export async function readOverlayFolder(folder: string): Promise<ReadFolder> {
  const root = await realpath(folder);
  const files: Record<string, string> = {};
  const problems: OverlayProblem[] = [];
  for (const entry of (await readdir(folder, { recursive: true })).sort()) {
    const path = join(folder, entry);
    const file = relative(folder, path).split(sep).join('/');
    const complain = (message: string, line = 1): void => void problems.push({ file, line, message });
    const seen = await lstat(path);
    if (seen.isDirectory()) continue;
    const target = await realpath(path).catch(() => undefined);
    if (target === undefined) complain('is a broken link');
    else if (!isBelow(root, target)) complain('is a link that points outside the overlay');
    else if (seen.isSymbolicLink() && (await lstat(target)).isDirectory()) complain('is a link to a folder');
    else {
      const read = await readText(path, mostBytes);
      if ('text' in read) files[file] = read.text;
      else complain(read.message, read.line);
    }
    if (Object.keys(files).length > mostFiles) {
      complain(`exceeds the limit of ${String(mostFiles)} files`);
      break;
    }
  }
  return { files, problems };
}

/** Makes the folders that the paths need. */
export async function writeFiles(folder: string, files: OverlayFiles): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
