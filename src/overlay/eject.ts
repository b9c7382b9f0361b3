import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { ejectedFolder, refuseOutside } from './app-overlay.js';
import type { OverlayFiles } from './kustomize/kustomization.js';
import { readOverlayFolder, writeFiles } from './overlay-folder.js';

export interface EjectPlan {
  readonly folder: string;
  /** Files to write; identical ones are skipped. */
  readonly writes: OverlayFiles;
  /** The user's files that differ from ours of the same name. */
  readonly replaces: readonly string[];
  /** The user's files that we have no counterpart for. */
  readonly removes: readonly string[];
}

/** Everything at the eject target; throws if that is outside the project. */
export async function observeEjected(
  project: string,
  app: string,
): Promise<{ readonly folder: string; readonly files: OverlayFiles }> {
  const folder = ejectedFolder(project, app);
  await refuseOutside(project, folder);
  const seen = await lstat(folder).catch(() => undefined);
  if (seen === undefined) return { folder, files: {} };
  if (!seen.isDirectory()) {
    throw new SparkDevError('CONFIG_INVALID', `${folder} is not a folder`, {
      why: 'The overlay would be written there.',
      fix: [`rm ${folder}`, `spark-dev overlay eject ${app}`],
    });
  }
  const { files, problems } = await readOverlayFolder(folder);
  // a link or an oversized file is the user's too
  const unread = problems.map(({ file }) => [file, '\0'] as const);
  return { folder, files: { ...files, ...Object.fromEntries(unread) } };
}

/** Pure. Every file that would be lost is listed. */
export function planEject(folder: string, wanted: OverlayFiles, there: OverlayFiles): EjectPlan {
  const writes = Object.entries(wanted).filter(([path, text]) => there[path] !== text);
  return {
    folder,
    writes: Object.fromEntries(writes),
    replaces: writes.map(([path]) => path).filter((path) => there[path] !== undefined),
    removes: Object.keys(there).filter((path) => wanted[path] === undefined),
  };
}

export async function applyEject({ folder, writes, removes }: EjectPlan): Promise<void> {
  for (const path of removes) await rm(join(folder, path));
  // a link of that name would be followed
  for (const path of Object.keys(writes)) await rm(join(folder, path), { force: true });
  await writeFiles(folder, writes);
}
